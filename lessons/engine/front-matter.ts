import { LineCounter, parseDocument } from "yaml";
import type { LessonText } from "./lesson-text.ts";

/** What stands between the two `---` lines at the top of a lesson. */
export interface FrontMatter {
  readonly title: string;
  /** One or two sentences: what the learner will have done. */
  readonly summary: string;
  /** How long the lesson takes a newcomer. */
  readonly minutes: number;
}

type Check = readonly [fits: (value: unknown) => boolean, wish: string];

const isText = (value: unknown): boolean => typeof value === "string" && value.trim() !== "";
const minutesMax = 240;

const fields: Readonly<Record<keyof FrontMatter, Check>> = {
  title: [isText, "a text"],
  summary: [isText, "a text"],
  minutes: [
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= minutesMax,
    `a whole number from 1 to ${minutesMax}`,
  ],
};

/** Reads the front matter; `body` is the index of the first line below it. Throws a LessonError. */
export function readFrontMatter(text: LessonText): { readonly front: FrontMatter; readonly body: number } {
  const names = Object.keys(fields).join(", ");
  if (text.lines[0]?.trim() !== "---") {
    throw text.error(0, `a lesson starts with a line --- and then ${names}, one a line, and another line ---`);
  }
  const close = text.lines.findIndex((line, index) => index > 0 && line.trim() === "---");
  if (close < 0) throw text.error(0, "the front matter has no end: put a line --- below it");
  const counter = new LineCounter();
  const document = parseDocument(text.lines.slice(1, close).join("\n"), { lineCounter: counter });
  const broken = document.errors[0];
  if (broken !== undefined) {
    const { line } = counter.linePos(broken.pos[0]);
    throw text.error(line, `the front matter is not YAML: ${broken.message.split(/ at line |\n/)[0]}`);
  }
  const values = (document.toJS() ?? {}) as Record<string, unknown>;
  const lineOf = (name: string) => {
    const found = text.lines.findIndex((line, index) => index < close && line.startsWith(`${name}:`));
    return Math.max(found, 0);
  };
  for (const name of Object.keys(values)) {
    if (!Object.hasOwn(fields, name)) throw text.error(lineOf(name), `there is no field "${name}"; there are ${names}`);
  }
  for (const [name, [fits, wish]] of Object.entries(fields)) {
    if (!Object.hasOwn(values, name)) throw text.error(0, `the front matter lacks ${name}: ${wish}`);
    if (!fits(values[name])) throw text.error(lineOf(name), `${name} must be ${wish}`);
  }
  const { title, summary, minutes } = values as unknown as FrontMatter;
  return { front: { title: title.trim(), summary: summary.trim(), minutes }, body: close + 1 };
}
