/**
 * One learner's way through one lesson, as the panel knows it: what was kept, what the notebook kernel tells, and what was
 * asked. It draws nothing. Invariant: what has been reached is never taken back by a notebook kernel that knows less.
 */
import type {
  CheckLine,
  LessonAnswer,
  LessonOutline,
  LessonProgress,
  LessonRequest,
  ShownAnswer,
} from "../../lessons/live/lesson-protocol.ts";

/** What is kept of a lesson across restarts. */
export interface Kept {
  readonly progress: LessonProgress;
  /** Texts of the hints taken, by exercise, so that they can be read again. */
  readonly hintTexts: Readonly<Record<string, readonly string[]>>;
  /** Lines of the last check, by exercise. */
  readonly lines: Readonly<Record<string, readonly CheckLine[]>>;
  /** What was right, by question, where a cell has shown it. */
  readonly answers: Readonly<Record<string, ShownAnswer>>;
}

/** Why what was asked was not done, or that it is under way. */
export interface Note {
  readonly words: string;
  /** Running the lesson's first cell would help. */
  readonly needsFirstCell: boolean;
}

const nothing: LessonProgress = { predictions: {}, hints: {}, checks: {}, visited: [], revealed: [] };

/** What is kept of a lesson that was never opened. */
export const nothingKept: Kept = { progress: nothing, hintTexts: {}, lines: {}, answers: {} };

/** What a study is joined to. */
export interface StudyParts {
  readonly outline: LessonOutline;
  /** Sends a request to the notebook kernel; false when nobody listens. */
  readonly send: (request: LessonRequest) => boolean;
  /** Something is other than before: keep it, and draw it. */
  readonly changed: (study: Study) => void;
}

const checking: Note = { words: "Checking…", needsFirstCell: false };
const away = "The notebook kernel is not there: run the first cell, then ask again.";

/** A study; see the file's comment. */
export class Study {
  readonly outline: LessonOutline;
  readonly #parts: StudyParts;
  #kept: Kept;
  #said = "";
  /** What was asked and is not answered yet, e.g. "check/repair-web". */
  #waiting: string | undefined;
  #asked: { readonly what: string; readonly request: LessonRequest } | undefined;
  #refusal: Note | undefined;

  constructor(parts: StudyParts, kept: Kept) {
    this.outline = parts.outline;
    this.#parts = parts;
    this.#kept = kept;
  }

  get kept(): Kept {
    return this.#kept;
  }

  get progress(): LessonProgress {
    return this.#kept.progress;
  }

  /** The last thing that happened, in a sentence, for a live region. */
  get said(): string {
    return this.#said;
  }

  get waiting(): string | undefined {
    return this.#waiting;
  }

  /** What there is to say on the card where something was asked last; undefined elsewhere. */
  noteOn(what: string): Note | undefined {
    if (this.#asked?.what !== what) return undefined;
    if (this.#refusal !== undefined) return this.#refusal;
    return this.#waiting === what && what.startsWith("check/") ? checking : undefined;
  }

  /** Points of the last checks, of all that there are. */
  get points(): { readonly points: number; readonly of: number } {
    const { exercises } = this.outline;
    const sum = exercises.reduce((total, { id }) => total + (this.progress.checks[id]?.points ?? 0), 0);
    return { points: hundredths(sum), of: exercises.reduce((total, { points }) => total + points, 0) };
  }

  /** What a hint costs, in points. */
  hintCost(exercise: string, number: number): number {
    const found = this.outline.exercises.find(({ id }) => id === exercise);
    return found === undefined ? 0 : hundredths(found.points * (found.hintCosts[number - 1] ?? 0));
  }

  /** Tells a notebook kernel that has just been joined what is kept. */
  joined(): void {
    this.#waiting = undefined;
    this.#parts.send({ kind: "open", lesson: this.outline.lesson, progress: this.progress });
  }

  /** The notebook kernel has gone: nobody will answer what was asked. */
  left(): void {
    if (this.#waiting === undefined) return;
    this.#refuse("The notebook kernel has gone before it answered; ask again when it is back.", false);
  }

  predict(id: string, choice: string): void {
    this.#ask(`predict/${id}`, { kind: "predict", id, choice });
  }

  hint(exercise: string): void {
    this.#ask(`hint/${exercise}`, { kind: "hint", exercise });
  }

  check(exercise: string): void {
    this.#ask(`check/${exercise}`, { kind: "check", exercise });
  }

  /** Asks what was refused once more. */
  again(): void {
    if (this.#asked !== undefined && this.#refusal !== undefined) this.#ask(this.#asked.what, this.#asked.request);
  }

  /** Cells that have run, or headings that were gone to. */
  visit(cells: readonly string[]): void {
    const visited = new Set(this.progress.visited);
    const before = visited.size;
    for (const cell of cells) visited.add(cell);
    if (visited.size === before) return;
    this.#keep({ progress: { ...this.progress, visited: [...visited] } });
    this.#parts.changed(this);
  }

  /** Takes what the notebook kernel says. */
  answered(answer: LessonAnswer): void {
    switch (answer.kind) {
      case "progress":
        this.#keep({
          progress: merged(this.progress, answer.progress),
          answers: { ...this.#kept.answers, ...answer.answers },
        });
        this.#settled("predict/", "Your prediction is stored.");
        return this.#parts.changed(this);
      case "hint": {
        const { exercise, number, of, cost, text } = answer;
        const texts = [...(this.#kept.hintTexts[exercise] ?? [])];
        texts[number - 1] = text;
        const hints = { ...this.progress.hints, [exercise]: Math.max(number, this.progress.hints[exercise] ?? 0) };
        const hintTexts = { ...this.#kept.hintTexts, [exercise]: Array.from(texts, (known) => known ?? "") };
        this.#keep({ progress: { ...this.progress, hints }, hintTexts });
        this.#settle();
        return this.#say(`Hint ${number} of ${of}, which costs ${cost} points: ${text}`);
      }
      case "checked": {
        const { exercise, points, of, lines } = answer;
        const checks = { ...this.progress.checks, [exercise]: { points, of } };
        this.#keep({ progress: { ...this.progress, checks }, lines: { ...this.#kept.lines, [exercise]: lines } });
        this.#settle();
        const failed = lines.filter(({ passed }) => !passed).map(({ message }) => message);
        const rest = failed.length === 0 ? "Everything is as it should be." : failed.join(" ");
        return this.#say(`${points} of ${of} points. ${rest}`);
      }
      case "refused":
        return this.#refuse(answer.message, answer.needs === "first cell");
    }
  }

  #ask(what: string, request: LessonRequest): void {
    if (this.#waiting !== undefined) return this.#say("Wait for the answer to what was asked before.");
    this.#asked = { what, request };
    this.#refusal = undefined;
    if (!this.#parts.send(request)) return this.#refuse(away, true);
    this.#waiting = what;
    this.#say(request.kind === "check" ? checking.words : "");
  }

  #refuse(words: string, needsFirstCell: boolean): void {
    this.#waiting = undefined;
    this.#refusal = { words, needsFirstCell };
    this.#say(words);
  }

  #settle(): void {
    this.#waiting = undefined;
  }

  /** Ends the wait for an answer of this sort only. */
  #settled(sort: string, words: string): void {
    if (this.#waiting?.startsWith(sort) !== true) return;
    this.#waiting = undefined;
    this.#said = words;
  }

  #keep(part: Partial<Kept>): void {
    this.#kept = { ...this.#kept, ...part };
  }

  #say(words: string): void {
    this.#said = words;
    this.#parts.changed(this);
  }
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** What was kept with what the notebook kernel knows; its own word goes first, and nothing that was reached is lost. */
export function merged(kept: LessonProgress, told: LessonProgress): LessonProgress {
  const hints = { ...kept.hints };
  for (const [id, count] of Object.entries(told.hints)) hints[id] = Math.max(count, hints[id] ?? 0);
  return {
    predictions: { ...kept.predictions, ...told.predictions },
    hints,
    checks: { ...kept.checks, ...told.checks },
    visited: [...new Set([...kept.visited, ...told.visited])],
    revealed: [...new Set([...(kept.revealed ?? []), ...(told.revealed ?? [])])],
  };
}
