import { describe, expect, it } from "vitest";
import { RESULT_FORMAT, type Result } from "../result.ts";
import { agsLines } from "./ags.ts";
import { csvField, escaped } from "./escape.ts";
import { feedbackHtml } from "./feedback.ts";
import { gradebookCsv } from "./gradebook.ts";
import { gradescopeJson } from "./gradescope.ts";
import { junitXml } from "./junit.ts";

const evil = `=cmd|'/C calc'!A0<script>alert("1")</script>]]>\u0000&amp;`;
const result: Result = {
  format: RESULT_FORMAT,
  status: "graded",
  student: evil,
  file: "a/b.ipynb",
  lesson: "01-x",
  lessonVersion: "v",
  simVersion: "0",
  points: 2.5,
  of: 4,
  exercises: [
    { id: "one", title: "One", points: 2, of: 2, hints: 0, lines: [{ passed: true, message: "Good." }] },
    { id: "two", title: evil, points: 0.5, of: 2, hints: 1, lines: [{ passed: false, message: evil }] },
  ],
  predictions: [{ id: "p", question: evil, predicted: undefined, right: false }],
  flags: [evil],
  complaints: [{ cell: evil, message: evil }],
};
const refused: Result = { ...result, status: "refused", points: 0, student: "bob", flags: ["it is empty"] };
const failed: Result = { ...refused, status: "failed" };

describe("texts of others", () => {
  it("stay text in a spreadsheet", () => {
    const starts = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "＝1"];
    expect(starts.map((text) => csvField(text).replaceAll('"', "").startsWith("'"))).toEqual(starts.map(() => true));
    expect([csvField("a,b"), csvField('say "x"'), csvField(-1.5), csvField("plain")]).toEqual([
      '"a,b"',
      '"say ""x"""',
      "-1.5",
      "plain",
    ]);
  });

  it("stay text in HTML and XML", () => {
    expect(escaped("<\u0000\ud800\uffff&'\">\n")).toBe("&lt;\ufffd\ufffd\ufffd&amp;&#39;&quot;&gt;\n");
    for (const document of [feedbackHtml(result, evil), junitXml([result])]) {
      expect(document).not.toMatch(/<script|\]\]>|\0/);
      expect(document).toContain("&lt;script&gt;");
    }
  });
});

describe("reports", () => {
  it("gradebook.csv: a line a notebook, nothing for what we could not grade", () => {
    const lines = gradebookCsv([result, refused, failed]).split("\r\n");
    expect(lines[0]).toBe("student,lesson,status,points,of,one,two,hints,flags,file");
    expect(lines[1]).toContain(",01-x,graded,2.5,4,2,0.5,1,");
    expect(lines[2]).toBe("bob,01-x,refused,0,4,2,0.5,1,it is empty,a/b.ipynb");
    expect(lines[3]).toBe("bob,01-x,failed,,4,,,1,it is empty,a/b.ipynb");
  });

  it("gradebook.csv: a notebook of no lesson gives the columns no longer names", () => {
    const [head] = gradebookCsv([result, { ...refused, lesson: "", exercises: [] }]).split("\r\n");
    expect(head).toBe("student,lesson,status,points,of,one,two,hints,flags,file");
  });

  it("feedback counts the questions that nobody answered, and holds none against its student", () => {
    const asked = (predicted: string | undefined) => ({ id: "p", question: "Which?", predicted, right: false });
    const page = (...predictions: Result["predictions"]) => feedbackHtml({ ...result, predictions }, "");
    expect(page(asked(undefined), asked("`this`"))).toMatch(/1 of 2 were made[\s\S]*You expected: <code>this<\/code>/);
    expect(page(asked(undefined))).toContain("None was made.");
    expect(page()).toContain("<h1>A notebook that was handed in</h1>");
  });

  it("junit.xml: counts, failures and errors", () => {
    const xml = junitXml([result, refused]);
    expect(xml).toContain('<testsuites name="orrery grade" tests="3" failures="1" errors="1">');
    expect(xml).toContain('<testcase classname="01-x.bob" name="notebook"><error message="it is empty"/></testcase>');
    expect(xml.match(/<failure message="0\.5 of 2 points">/g)).toHaveLength(1);
  });

  it("results.json for Gradescope, of a refused notebook, too", () => {
    const read = JSON.parse(gradescopeJson(result));
    expect(read).toMatchObject({ score: 2.5, visibility: "visible" });
    expect(
      read.tests.map(({ score, max_score: max, status }: Record<string, unknown>) => [score, max, status]),
    ).toEqual([
      [2, 2, "passed"],
      [0.5, 2, "failed"],
    ]);
    expect(JSON.parse(gradescopeJson(refused))).toMatchObject({
      score: 0,
      output: expect.stringMatching(/^it is empty/),
    });
  });

  it("scores for AGS: final only where graded", () => {
    const [a, b, c] = agsLines([result, refused, failed])
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(a).toMatchObject({ scoreGiven: 2.5, scoreMaximum: 4, gradingProgress: "FullyGraded" });
    expect([b.gradingProgress, c.gradingProgress, "scoreGiven" in c]).toEqual(["Failed", "PendingManual", false]);
  });

  it("feedback: words, points, hints, cells; no script, nothing from elsewhere", () => {
    const html = feedbackHtml({ ...result, student: "ann" }, "The shop");
    expect(html).toContain('<strong class="points">2.5 of 4 points</strong>');
    expect(html).toContain("Hints used: 1");
    expect(html).toContain("What was wrong with cells");
    expect(html).not.toMatch(/<script|src=|href=|url\(|@import/);
    expect(feedbackHtml(failed, "The shop")).toContain("not your fault");
  });
});
