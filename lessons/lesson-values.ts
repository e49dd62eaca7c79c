/** What the calls of a lesson give back to a cell: values that show themselves. */
import { escapeXml } from "../views/svg.ts";
import type { Mark } from "./engine/mark.ts";
import type { CheckLine } from "./live/lesson-protocol.ts";

/** A value in the forms that front ends know, by MIME type. */
export interface ShownForms {
  readonly "text/plain": string;
  readonly "text/html"?: string;
  readonly "text/markdown"?: string;
}

/** Words of a lesson: Markdown in a notebook, text elsewhere. */
export class LessonNote {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The forms to show. */
  toMimeBundle(): ShownForms {
    return { "text/markdown": this.text, "text/plain": this.text };
  }

  toString(): string {
    return this.text;
  }
}

/**
 * How an exercise stands. As a value it prints as the plain number of points and nothing else, which other graders take for
 * partial credit; the lines are shown beside it.
 */
export class CheckResult implements Mark {
  readonly exercise: string;
  readonly points: number;
  readonly of: number;
  readonly lines: readonly CheckLine[];
  readonly #title: string;

  /** `title`: the exercise's in people's words; its id does where the lesson's text is not at hand. */
  constructor(exercise: string, { points, of, lines }: Mark, title: string = exercise) {
    this.exercise = exercise;
    this.points = points;
    this.of = of;
    this.lines = lines;
    this.#title = title;
  }

  /** The report, as a display, and the same as text. */
  report(note: string): ShownForms {
    const { points, of, lines } = this;
    const heading = `${this.#title}: ${points} of ${of} ${of === 1 ? "point" : "points"}`;
    const edge = points >= of ? looks.passed : looks.failed;
    const html = [
      `<p style="margin:4px 0 8px 0;padding:0 0 0 10px;border-left:4px solid ${edge.color}"><strong>${escapeXml(heading)}</strong></p>`,
      ...lines.map(lineHtml),
      `<p style="margin:8px 0 4px 0"><em>${escapeXml(note)}</em></p>`,
    ];
    const texts = lines.map(({ passed, message }) => `  ${passed ? "✓" : "✗"} ${message}\n`);
    return { "text/html": html.join(""), "text/plain": `${heading}\n${texts.join("")}${note}` };
  }

  valueOf(): number {
    return this.points;
  }

  toString(): string {
    return String(this.points);
  }
}

/** Colours with white words on them, so that light and dark pages need no other ones; words and signs say the same. */
const looks = {
  passed: { words: "✓ passed", color: "#1a6b3c" },
  failed: { words: "✗ not yet", color: "#a3341c" },
} as const;

/**
 * One line. Front ends that trust no output keep few styles: colours, borders, margins and paddings, but no alignment; and
 * they align cells of tables to the right. So it is a paragraph.
 */
function lineHtml({ passed, message }: CheckLine): string {
  const { words, color } = passed ? looks.passed : looks.failed;
  const badge = `<strong style="padding:1px 8px;border-radius:3px;color:#ffffff;background-color:${color}">${words}</strong>`;
  return `<p style="margin:0 0 6px 0;padding:0 0 0 14px">${badge} ${withCode(escapeXml(message))}</p>`;
}

/** Authors write `code` in messages as they do in Markdown. The text is escaped already. */
const withCode = (escaped: string): string => escaped.replace(/`([^`]+)`/g, "<code>$1</code>");
