/** What the panel keeps in JupyterLab's settings, which survive a reload in both front ends, and a restart of JupyterLab. */
import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import type { JSONObject, JSONValue } from "@lumino/coreutils";
import { type Kept, nothingKept } from "./study.ts";

/** How long changes are gathered before they are written. */
const gatherMs = 400;

type Lessons = Record<string, Kept>;

/** A value of any shape as what is kept of a lesson: what is missing is empty. */
export function readKept(value: unknown): Kept {
  const fields = recordOf(value);
  const progress = recordOf(fields.progress);
  const names = (list: unknown): readonly string[] =>
    Array.isArray(list) ? list.filter((name) => typeof name === "string") : [];
  return {
    progress: {
      predictions: recordOf(progress.predictions) as Kept["progress"]["predictions"],
      hints: recordOf(progress.hints) as Kept["progress"]["hints"],
      checks: recordOf(progress.checks) as Kept["progress"]["checks"],
      visited: names(progress.visited),
      revealed: names(progress.revealed),
    },
    hintTexts: recordOf(fields.hintTexts) as Kept["hintTexts"],
    lines: recordOf(fields.lines) as Kept["lines"],
    answers: recordOf(fields.answers) as Kept["answers"],
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === "object" && value !== null && !Array.isArray(value);
  return isRecord ? (value as Readonly<Record<string, unknown>>) : {};
}

/** Kept progress by lesson, and the lessons whose panel was closed. */
export class LessonMemory {
  readonly #settings: ISettingRegistry.ISettings;
  #lessons: Lessons;
  #closed: Set<string>;
  #timer: number | undefined;

  constructor(settings: ISettingRegistry.ISettings) {
    this.#settings = settings;
    const { lessons, closed } = settings.composite;
    const kept = Object.entries(recordOf(lessons)).map(([slug, value]) => [slug, readKept(value)] as const);
    this.#lessons = Object.fromEntries(kept);
    this.#closed = new Set(
      Array.isArray(closed) ? (closed as unknown[]).filter((slug) => typeof slug === "string") : [],
    );
  }

  keptOf(lesson: string): Kept {
    return this.#lessons[lesson] ?? nothingKept;
  }

  keep(lesson: string, kept: Kept): void {
    if (this.#lessons[lesson] === kept) return;
    this.#lessons = { ...this.#lessons, [lesson]: kept };
    this.#later();
  }

  isClosed(lesson: string): boolean {
    return this.#closed.has(lesson);
  }

  setClosed(lesson: string, closed: boolean): void {
    if (this.#closed.has(lesson) === closed) return;
    if (closed) this.#closed.add(lesson);
    else this.#closed.delete(lesson);
    this.#later();
  }

  /** Writes at once what is gathered; call it when the page goes away. */
  flush(): void {
    if (this.#timer === undefined) return;
    window.clearTimeout(this.#timer);
    this.#timer = undefined;
    // A page without a server to write to goes on without: progress is in the notebook kernel, too.
    const ignore = (): void => {};
    void this.#settings.set("lessons", plain(this.#lessons)).catch(ignore);
    void this.#settings.set("closed", [...this.#closed]).catch(ignore);
  }

  #later(): void {
    this.#timer ??= window.setTimeout(() => this.flush(), gatherMs);
  }
}

const plain = (value: unknown): JSONObject => JSON.parse(JSON.stringify(value)) as JSONValue as JSONObject;
