import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandsOf, connectHost, currentCluster, knownClusters, kubectl, lessonPanels, orrery } from "./api.ts";
import { registerLesson } from "./engine/registry.ts";
import { releaseToken } from "./engine/release-token.ts";
import { seedOf } from "./engine/seeds.ts";
import { manifestFor, sampleCode, sampleSlug, sampleText } from "./fixtures/sample-lesson.ts";
import { CheckResult, type ShownForms } from "./lesson-values.ts";

let shown: ShownForms[] = [];
let written = "";
const host = {
  write: (_stream: string, text: string) => {
    written += text;
  },
  readFile: () => undefined,
  readLesson: (slug: string) => (slug === sampleSlug ? sampleText : undefined),
  show: (forms: ShownForms) => void shown.push(forms),
};

beforeEach(() => {
  shown = [];
  written = "";
  registerLesson(sampleSlug, sampleCode);
  connectHost(host);
});
afterEach(() => connectHost(undefined));

const open = (token?: string) => orrery.lesson(sampleSlug, token);
const key = "a long secret key";
const tokenFor = (student: string, lesson = sampleSlug) =>
  releaseToken({ lesson, version: "1", student, seed: seedOf(lesson, student, key) }, key);

describe("a lesson", () => {
  it("is opened by its name", () => {
    expect(String(open())).toBe("lesson A sample: 4 exercises");
    expect(() => orrery.lesson("08-none")).toThrow('there is no lesson "08-none": take its name from');
  });

  it("is its student's by a token, which is verified where the key is at hand", () => {
    expect(String(open(tokenFor("Ada")))).toBe("lesson A sample, the release of Ada: 4 exercises");
    expect(() => open(tokenFor("Ada", "08-other"))).toThrow("this token is for the lesson 08-other, not for 07-sample");
    expect(() => open("x")).toThrow("this is no release token");
    connectHost({ ...host, courseKey: "another long key" });
    expect(() => open(tokenFor("Ada"))).toThrow("was not signed with this course's key");
  });

  it("names what there is when it is asked for what there is not", () => {
    const lesson = open();
    expect(() => lesson.start("x")).toThrow('this lesson has no exercise "x"; it has scale, apply, count, doubled');
    expect(() => lesson.predict("x", "A")).toThrow('this lesson has no question "x"; it has who');
  });
});

describe("an exercise's cluster", () => {
  it("is the current one, as new each time, and takes only what is allowed", () => {
    const lesson = open();
    const cluster = lesson.start("scale");
    expect(currentCluster()).toBe(cluster);
    expect(written).toBe("");
    const hash = cluster.hash;
    kubectl`scale deployment web --replicas=1`;
    expect(written).toBe("deployment.apps/web scaled\n");
    expect(kubectl`create configmap a`.exit).toBe(1);
    expect(() => cluster.kill("kube-scheduler")).toThrow("this exercise does not allow to kill process");
    expect(lesson.start("scale").hash).toBe(hash);
  });

  it("is the student's own", () => {
    const hashOf = (student: string) => open(tokenFor(student)).start("doubled").hash;
    const hashes = ["Ada", "Bob", "Ada"].map(hashOf);
    expect(hashes[0]).toBe(hashes[2]);
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});

describe("a check", () => {
  it("tells the points as a plain number, and shows why", () => {
    const lesson = open();
    lesson.start("scale");
    expect(String(lesson.check("scale"))).toBe("0");
    kubectl`scale deployment web --replicas=2`;
    const result = lesson.check("scale");
    expect([String(result), result.valueOf(), result.of]).toEqual(["4", 4, 4]);
    expect(shown[0]?.["text/plain"]).toContain("0 of 4 points\n  ✗ Nothing was done to the cluster yet.");
    expect(shown[1]?.["text/plain"]).toContain("scale: 4 of 4 points\n  ✓ ready is well.\n  ✓ kept is well.");
    expect(shown[1]?.["text/html"]).toMatch(/✓ passed.*ready is well\./);
    const report = lesson.progress();
    expect(report.checks).toMatchObject({ scale: { points: 4, of: 4 } });
    expect(String(report)).toMatch(/: 4 of 4 points\n[\s\S]*All together: 4 of \d+ points in the last checks$/);
    expect(report.toMimeBundle()["text/html"]).toMatch(/<caption>Exercises<\/caption>.*<td>4 of 4 points<\/td>/);
  });

  it("changes nothing: neither the cluster, nor which one is current, nor what is known", () => {
    const lesson = open();
    const cluster = lesson.start("scale");
    kubectl`scale deployment web --replicas=2`;
    lesson.answer("doubled", (each) => void commandsOf(each).kubectl`scale deployment web --replicas=9`);
    const before = [cluster.hash, cluster.steps, cluster.operations.length, knownClusters().length, written];
    lesson.check("scale");
    lesson.check("doubled");
    expect([cluster.hash, cluster.steps, cluster.operations.length, knownClusters().length, written]).toEqual(before);
    expect(currentCluster()).toBe(cluster);
  });

  it("tries procedures, each in its form", () => {
    const lesson = open();
    expect(lesson.check("apply").lines).toEqual([{ passed: false, message: "Nothing was answered yet." }]);
    lesson.answer("apply", manifestFor(2));
    lesson.answer("count", 2);
    lesson.answer("doubled", (cluster) => {
      const was = cluster.get("deployments", "web")?.spec?.replicas ?? 0;
      // Bare commands are meant for the cluster that the function was given.
      kubectl`scale deployment web --replicas=${String(2 * was)}`;
      return was;
    });
    expect(["apply", "count", "doubled"].map((id) => String(lesson.check(id)))).toEqual(["4", "4", "4"]);
    lesson.answer("doubled", () => JSON.parse("{"));
    expect(lesson.check("doubled").lines[0]?.message).toMatch(/^The function threw: /);
  });

  it("refuses answers of another kind, and keeps the one before", () => {
    const lesson = open();
    lesson.answer("count", 2);
    expect(() => lesson.answer("count", () => 2)).toThrow("the answer must be plain data");
    expect(() => lesson.answer("apply", {})).toThrow("the answer must be the text of a manifest, not a object");
    expect(() => lesson.answer("doubled", "x")).toThrow("the answer must be a function of a cluster");
    expect(() => lesson.answer("scale", "x")).toThrow('answered by mending the cluster of lesson.start("scale")');
    expect(String(lesson.check("count"))).toBe("4");
  });

  it("uses variants that nobody has seen where an autograder has the course's key", () => {
    const seeds = new Set<number>();
    const { scenarios, checks } = sampleCode;
    const make = (draw: { seed: number }) => {
      seeds.add(draw.seed);
      return orrery.build({ seed: draw.seed, workersPerZone: 2 });
    };
    const spied = { ...scenarios.count!, make };
    registerLesson(sampleSlug, { checks, scenarios: { ...scenarios, count: spied } });
    open().answer("count", 2);
    const check = () => {
      seeds.clear();
      const lesson = open();
      lesson.answer("count", 2);
      lesson.check("count");
      return [...seeds];
    };
    const practised = check();
    connectHost({ ...host, courseKey: key });
    const judged = check();
    expect([practised.length, judged.length]).toEqual([3, 3]);
    expect(judged.filter((seed) => practised.includes(seed))).toEqual([]);
  });
});

describe("a check's report", () => {
  const report = (passed: boolean) => {
    const line = { passed, message: "`web` <runs>." };
    return new CheckResult("scale", { points: passed ? 2 : 0, of: 2, lines: [line] }, "Scale it").report("A note.");
  };

  it("says in words what passed, under the exercise's title, in styles that untrusted outputs keep", () => {
    const { "text/html": html, "text/plain": text } = report(false);
    expect(text).toBe("Scale it: 0 of 2 points\n  ✗ `web` <runs>.\nA note.");
    expect(html).toContain(">✗ not yet</strong> <code>web</code> &lt;runs&gt;.");
    expect(html).not.toMatch(/<table|<caption|class=|text-align/);
    expect(report(true)["text/html"]).toContain("✓ passed");
  });
});

describe("predictions and hints", () => {
  it("are stored before the reveal, and stand after it", () => {
    const lesson = open();
    lesson.progress();
    expect(() => lesson.predict("who", "")).toThrow('choose A or B: lesson.predict("who", "A")');
    expect(String(lesson.predict("who", "A Controller"))).toBe("You expect **B**: a controller");
    expect(String(lesson.predict("who", "a"))).toBe("You expect **A**: nobody");
    expect(String(lesson.progress())).toMatch(/^Predictions\n {2}.*: nobody\nExercises\n/);
    expect(String(lesson.reveal("who"))).toBe(
      "You expected: nobody. What happens: **B**, a controller.\n\nIt has **work**.",
    );
    expect(() => lesson.predict("who", "B")).toThrow('the prediction "nobody" stands');
    expect(lesson.predict("who", "A").toMimeBundle()["text/markdown"]).toBe("You expect **A**: nobody");
    expect(lesson.progress().predictions).toEqual({ who: "nobody" });
    expect(String(lesson.progress())).toContain(": nobody (✗ it came otherwise)");
  });

  it("cost once, in order, and no more than there are", () => {
    const lesson = open();
    expect(() => lesson.hint("scale", 2)).toThrow('lesson.hint("scale", n) takes a whole number from 1 to 1');
    expect(String(lesson.hint("scale"))).toBe("**Hint 1 of 3** (costs 0.4 points): Hint for 0.1.");
    expect(String(lesson.hint("scale", 1))).toContain("Hint 1 of 3");
    lesson.hint("scale");
    lesson.hint("scale", 3);
    expect(() => lesson.hint("scale")).toThrow("all 3 hints were taken");
    lesson.start("scale");
    kubectl`scale deployment web --replicas=2`;
    expect(String(lesson.check("scale"))).toBe("1.6");
  });

  it("need the lesson's text; without it a check speaks in codes, of one point", () => {
    connectHost(undefined);
    const lesson = orrery.lesson(sampleSlug);
    expect(() => lesson.hint("scale")).toThrow("the hints stand in the lesson's text, which this host does not read");
    expect(() => lesson.predict("who", "A")).toThrow("the questions stand in the lesson's text");
    lesson.answer("count", 2);
    expect(lesson.check("count")).toMatchObject({ points: 1, of: 1, lines: [{ passed: true, message: "count" }] });
  });
});

describe("a lesson panel", () => {
  function panel() {
    const told: Record<string, unknown>[] = [];
    const channel = {
      send: (message: Record<string, unknown>) => void told.push(message),
      close: () => {},
      onMessage: undefined as ((message: Record<string, unknown>, buffers: readonly Uint8Array[]) => void) | undefined,
      onClose: undefined as (() => void) | undefined,
    };
    const panels = lessonPanels();
    panels.open(channel);
    const ask = (message: Record<string, unknown>) => {
      told.length = 0;
      channel.onMessage?.(message, []);
      return [...told];
    };
    return { ask, panels, told };
  }
  const progress = { predictions: {}, hints: {}, checks: {}, visited: ["a"] };

  it("restores what it has kept, and is told what is new", () => {
    registerLesson("08-panel", sampleCode);
    connectHost({ ...host, readLesson: () => sampleText });
    const { ask, panels, told } = panel();
    const kept = { ...progress, predictions: { who: "nobody" }, hints: { scale: 2 } };
    expect(ask({ kind: "open", lesson: "08-panel", progress: kept })).toEqual([
      { kind: "progress", progress: { ...kept, revealed: [] } },
    ]);
    expect(ask({ kind: "check", exercise: "scale" })).toEqual([
      { kind: "refused", message: "run the first cell of the notebook, which opens the lesson", needs: "first cell" },
    ]);
    const lesson = orrery.lesson("08-panel");
    expect(lesson.hint("scale").text).toContain("Hint 3 of 3");
    told.length = 0;
    panels.changed();
    panels.changed();
    expect(told).toEqual([{ kind: "progress", progress: { ...kept, hints: { scale: 3 }, revealed: [] }, answers: {} }]);
  });

  it("is told what was right once a cell has shown it, and a restart takes back neither that nor the prediction", () => {
    registerLesson("08-shown", sampleCode);
    registerLesson("09-shown", sampleCode);
    connectHost({ ...host, readLesson: () => sampleText });
    const { ask, panels, told } = panel();
    ask({ kind: "open", lesson: "08-shown", progress });
    const lesson = orrery.lesson("08-shown");
    lesson.predict("who", "A");
    panels.changed();
    expect(told.at(-1)).toMatchObject({ progress: { revealed: [] }, answers: {} });
    lesson.reveal("who");
    panels.changed();
    const answers = { who: { choice: "a controller", explain: "It has **work**." } };
    expect(told.at(-1)).toMatchObject({ progress: { revealed: ["who"] }, answers });

    // Another lesson stands for the same one in a new notebook kernel.
    const again = orrery.lesson("09-shown");
    again.predict("who", "B");
    const kept = { ...progress, predictions: { who: "nobody" }, revealed: ["who"] };
    expect(ask({ kind: "open", lesson: "09-shown", progress: kept })).toMatchObject([
      { progress: { predictions: { who: "nobody" }, revealed: ["who"] }, answers },
    ]);
    expect(() => again.predict("who", "B")).toThrow('the prediction "nobody" stands');
  });

  it("predicts, asks for hints and checks, and shows nothing under a cell", () => {
    const lesson = open();
    const { ask } = panel();
    ask({ kind: "open", lesson: sampleSlug, progress });
    lesson.answer("count", 2);
    expect(ask({ kind: "check", exercise: "count" })[0]).toEqual({
      kind: "checked",
      exercise: "count",
      points: 4,
      of: 4,
      lines: [{ passed: true, message: "count is well." }],
    });
    expect(ask({ kind: "hint", exercise: "apply" })).toMatchObject([
      { kind: "hint", exercise: "apply", number: 1, of: 3, cost: 0.4, text: "Hint for 0.1." },
      { kind: "progress", progress: { hints: { apply: 1 } } },
    ]);
    expect(ask({ kind: "predict", id: "who", choice: "zzz" })).toMatchObject([{ kind: "refused" }]);
    expect(shown).toEqual([]);
  });

  it("is refused in a sentence, whatever it sends", () => {
    const { ask } = panel();
    const wrong: Record<string, unknown>[] = [
      {},
      { kind: "win" },
      { kind: "hint", exercise: "a" },
      { kind: "open", lesson: 1, progress },
      { kind: "open", lesson: "a", progress: { ...progress, hints: { a: "many" } } },
      { kind: "open", lesson: "a", progress: { ...progress, visited: "all" } },
      { kind: "open", lesson: "a", progress: { ...progress, revealed: [1] } },
      { kind: "open", lesson: "a", progress: { ...progress, predictions: [] } },
      { kind: "open", lesson: "a", progress: { ...progress, checks: { a: null } } },
    ];
    for (const message of wrong)
      expect(ask(message)).toEqual([{ kind: "refused", message: expect.stringMatching(/^(a request|"|say which)/) }]);
  });
});
