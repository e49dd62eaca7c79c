/**
 * What the lesson panel and the notebook kernel say to each other over the comm `orrery.lesson`, and what the panel reads in a
 * notebook's metadata. The outline comes from the notebook alone, so the panel is useful before a notebook kernel runs.
 */

/** Comm target of the lesson panel. */
export const LESSON_TARGET = "orrery.lesson";

/** One part of a lesson: a heading of the second level and the cell that it is in. */
export interface Chapter {
  readonly title: string;
  readonly cell: string;
}

/** A question that is answered before the thing is seen. */
export interface PredictionOutline {
  readonly id: string;
  readonly question: string;
  readonly choices: readonly string[];
  readonly cell: string;
}

/** An exercise as the panel lists it. */
export interface ExerciseOutline {
  readonly id: string;
  readonly title: string;
  readonly points: number;
  /** Share of the points that each hint costs, e.g. [0.1, 0.2, 0.3]. */
  readonly hintCosts: readonly number[];
  /** The cell of the task, and the cell that checks. */
  readonly cell: string;
  readonly checkCell: string;
}

/** `metadata.orrery` of a lesson's notebook. */
export interface LessonOutline {
  readonly lesson: string;
  readonly version: string;
  readonly title: string;
  readonly minutes: number;
  readonly chapters: readonly Chapter[];
  readonly predictions: readonly PredictionOutline[];
  readonly exercises: readonly ExerciseOutline[];
  /** Notebook that follows, e.g. "02-etcd.ipynb"; absent after the last one. */
  readonly next?: string;
}

/** How far a learner has come; kept by the panel across restarts, and told to each new notebook kernel. */
export interface LessonProgress {
  readonly predictions: Readonly<Record<string, string>>;
  readonly hints: Readonly<Record<string, number>>;
  /** Points of the last check, which informs only: the mark comes from a replay. */
  readonly checks: Readonly<Record<string, { readonly points: number; readonly of: number }>>;
  /** Cells that have run without an error. */
  readonly visited: readonly string[];
  /** Questions whose answer was shown: their predictions stand. Absent from what older panels have kept. */
  readonly revealed?: readonly string[];
}

/** What was right, and why; told once it was shown in a cell. */
export interface ShownAnswer {
  readonly choice: string;
  readonly explain: string;
}

/** Name in a notebook's metadata under which the panel keeps predictions and hints, so that they are handed in with it. */
export const PROGRESS_NAME = "orrery_progress";

/** What the panel asks. `open` comes first, with what it has kept. */
export type LessonRequest =
  | { readonly kind: "open"; readonly lesson: string; readonly progress: LessonProgress }
  | { readonly kind: "predict"; readonly id: string; readonly choice: string }
  | { readonly kind: "hint"; readonly exercise: string }
  | { readonly kind: "check"; readonly exercise: string };

/** One line of a check's report. */
export interface CheckLine {
  readonly passed: boolean;
  readonly message: string;
}

/** What the notebook kernel answers, or tells by itself after a cell. */
export type LessonAnswer =
  /** `answers`: those that were shown, by question; none while no cell has opened the lesson. */
  | {
      readonly kind: "progress";
      readonly progress: LessonProgress;
      readonly answers?: Readonly<Record<string, ShownAnswer>>;
    }
  /** A hint: which one, of how many, and what it costs in points. */
  | {
      readonly kind: "hint";
      readonly exercise: string;
      readonly number: number;
      readonly of: number;
      readonly cost: number;
      readonly text: string;
    }
  | {
      readonly kind: "checked";
      readonly exercise: string;
      readonly points: number;
      readonly of: number;
      readonly lines: readonly CheckLine[];
    }
  /** In one sentence, why what was asked was not done; `needs` where running that cell would help. */
  | { readonly kind: "refused"; readonly message: string; readonly needs?: "first cell" };
