/** The lesson panel's page: title and progress, chapters with their questions and exercises, and the way to the next lesson. */
import type { ExerciseOutline, PredictionOutline } from "../../lessons/live/lesson-protocol.ts";
import { make } from "../view/elements.ts";
import { ChapterList } from "./chapter-list.ts";
import { ExerciseCard } from "./exercise-card.ts";
import type { ChapterState } from "./outline.ts";
import { pointWords, section, wordButton } from "./parts.ts";
import { QuestionCard } from "./question-card.ts";
import type { Study } from "./study.ts";

/** What the page can ask for. */
export interface LessonActions {
  goToChapter(chapter: number): void;
  goToCell(id: string): void;
  openNext(): void;
  /** Runs the cell that opens the lesson, and asks again what was refused for want of it. */
  runFirst(): void;
}

/** Where the learner is. */
export interface LessonPlace {
  readonly chapters: readonly ChapterState[];
  /** Chapter of the active cell; -1 before the first. */
  readonly current: number;
  /** How the notebook kernel stands, in words; "" when it is joined. */
  readonly away: string;
}

const informs = "Checks inform you. The mark comes from a replay of your notebook.";

/** What is wanted of one question or exercise. */
interface Asked {
  readonly element: HTMLElement;
  readonly chapter: number;
  readonly kind: "question" | "exercise";
  /** Draws it; true if nothing is left to do. */
  draw(): boolean;
}

/** The page of one lesson. */
export class LessonView {
  readonly element = make("div", "orrery-lesson-page");
  readonly #study: Study;
  readonly #progress = make("progress", "orrery-progress");
  readonly #words = make("p", "orrery-lesson-words");
  readonly #away = make("p", "orrery-away-words");
  readonly #said = make("p", "orrery-said orrery-unseen");
  readonly #chapters: ChapterList;
  readonly #asked: readonly Asked[];

  /** `chapterOf`: the chapter that a cell is in, counted from 0; -1 before the first. */
  constructor(study: Study, actions: LessonActions, chapterOf: (cell: string) => number) {
    this.#study = study;
    const { outline } = study;
    this.#asked = [
      ...outline.predictions.map((one) => this.#question(one, actions, chapterOf(one.cell))),
      ...outline.exercises.map((one) => this.#exercise(one, actions, chapterOf(one.cell))),
    ];
    const cardsOf = (chapter: number): readonly HTMLElement[] =>
      this.#asked.filter((asked) => asked.chapter === chapter).map(({ element }) => element);
    const parts = outline.chapters.map(({ title }, at) => ({ title, cards: cardsOf(at) }));
    this.#chapters = new ChapterList(parts, actions.goToChapter);
    this.#progress.max = Math.max(1, outline.chapters.length);
    this.#progress.setAttribute("aria-label", "Chapters done");
    this.#said.setAttribute("role", "status");
    this.element.append(make("h2", "", outline.title), this.#progress, this.#words, this.#away, this.#said);
    if (outline.exercises.length > 0) this.element.append(make("p", "orrery-lesson-words", informs));
    this.element.append(section("chapters", "Chapters", this.#chapters.element));
    const others = cardsOf(-1);
    if (others.length > 0) this.element.append(section("others", "Outside the chapters", ...others));
    if (outline.next === undefined) return;
    const next = make("div", "orrery-row");
    next.append(wordButton(`Next lesson: ${outline.next.replace(/\.ipynb$/, "")}`, actions.openNext));
    this.element.append(next);
  }

  update({ chapters, current, away }: LessonPlace): void {
    const { outline, said, points } = this.#study;
    const done = chapters.filter((chapter) => chapter.done).length;
    this.#progress.value = done;
    const score =
      outline.exercises.length === 0 ? "" : ` · ${points.points} of ${pointWords(points.of)} by your checks`;
    this.#words.textContent = `About ${outline.minutes} minutes · ${done} of ${chapters.length} chapters done${score}`;
    this.#away.textContent = away;
    this.#away.hidden = away === "";
    const drawn = this.#asked.map((one) => ({ chapter: one.chapter, kind: one.kind, done: one.draw() }));
    const asked = chapters.map((_, at) => askedWords(drawn.filter(({ chapter }) => chapter === at)));
    this.#chapters.update(chapters, current, asked);
    // A live region speaks when its text changes, so equal text is left alone.
    if (this.#said.textContent !== said) this.#said.textContent = said;
  }

  #question(outline: PredictionOutline, { goToCell, runFirst }: LessonActions, chapter: number): Asked {
    const { id, cell } = outline;
    const study = this.#study;
    const store = (choice: string): void => study.predict(id, choice);
    const card = new QuestionCard(outline, { store, goToCell: () => goToCell(cell), runFirst });
    const draw = (): boolean => {
      const { progress, kept, waiting } = study;
      const stored = progress.predictions[id];
      const revealed = stored !== undefined && progress.revealed?.includes(id) === true;
      const answer = revealed ? kept.answers[id] : undefined;
      card.update({ stored, revealed, answer, note: study.noteOn(`predict/${id}`), idle: waiting === undefined });
      return stored !== undefined;
    };
    return { element: card.element, chapter, kind: "question", draw };
  }

  #exercise(outline: ExerciseOutline, { goToCell, runFirst }: LessonActions, chapter: number): Asked {
    const { id, cell } = outline;
    const study = this.#study;
    const card = new ExerciseCard(outline, {
      check: () => study.check(id),
      hint: () => study.hint(id),
      hintCost: (number) => study.hintCost(id, number),
      goToCell: () => goToCell(cell),
      runFirst,
    });
    const draw = (): boolean => {
      const { progress, kept, waiting } = study;
      const points = progress.checks[id]?.points;
      card.update({
        points,
        hintsTaken: progress.hints[id] ?? 0,
        hintTexts: kept.hintTexts[id] ?? [],
        lines: kept.lines[id] ?? [],
        note: study.noteOn(`check/${id}`) ?? study.noteOn(`hint/${id}`),
        idle: waiting === undefined,
      });
      return points !== undefined && points >= outline.points;
    };
    return { element: card.element, chapter, kind: "exercise", draw };
  }
}

/** "2 questions, 1 exercise: 1 done". */
function askedWords(asked: readonly { readonly kind: Asked["kind"]; readonly done: boolean }[]): string {
  const parts = (["question", "exercise"] as const).flatMap((kind) => {
    const count = asked.filter((one) => one.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}${count === 1 ? "" : "s"}`];
  });
  const done = asked.filter((one) => one.done).length;
  const state = done === 0 ? "" : done === asked.length ? ": done" : `: ${done} done`;
  return `${parts.join(", ")}${state}`;
}
