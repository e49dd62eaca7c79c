/** The lesson panel: it follows the notebook in front, and is empty beside a notebook that is no lesson. */
import { Widget } from "@lumino/widgets";
import type { NotebookPanel } from "../notebook.ts";
import { make } from "../view/elements.ts";
import { followTheme } from "../view/picture.ts";
import { LessonAtHand, type PanelParts } from "./lesson-at-hand.ts";
import { readOutline } from "./outline.ts";

const noLesson = "The notebook in front is no lesson. Open one, and its chapters, questions and exercises are here.";

/** The widget in the left area. */
export class LessonPanel extends Widget {
  readonly #parts: PanelParts;
  readonly #empty = make("p", "orrery-lesson-words", noLesson);
  readonly #endTheme: () => void;
  #atHand: LessonAtHand | undefined;
  /** Told when the panel has been closed, or opened again. */
  onClosed: (closed: boolean) => void = () => {};

  constructor(parts: PanelParts) {
    super();
    this.#parts = parts;
    this.id = "orrery-lesson-panel";
    this.addClass("orrery-lesson");
    this.node.tabIndex = -1;
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Lesson");
    this.node.append(this.#empty);
    this.#endTheme = followTheme(this.node);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#endTheme();
    this.#atHand?.dispose();
    super.dispose();
  }

  /** True where what is shown belongs to a notebook that was closed. */
  get isGone(): boolean {
    return this.#atHand?.notebook.isDisposed === true;
  }

  /** Lesson that is shown; undefined beside another notebook. */
  get lesson(): string | undefined {
    return this.#atHand?.study.outline.lesson;
  }

  /** Number of exercises and questions of the lesson shown. */
  get asks(): number {
    const outline = this.#atHand?.study.outline;
    return outline === undefined ? 0 : outline.exercises.length + outline.predictions.length;
  }

  /** Shows the lesson of a notebook whose content has been read; undefined: of none. */
  follow(notebook: NotebookPanel | undefined): void {
    if (notebook !== undefined && notebook === this.#atHand?.notebook) return;
    this.#atHand?.dispose();
    this.#atHand = notebook === undefined ? undefined : this.#open(notebook);
    this.#empty.hidden = this.#atHand !== undefined;
  }

  protected override onAfterShow(): void {
    this.onClosed(false);
  }

  protected override onAfterHide(): void {
    this.onClosed(true);
  }

  #open(notebook: NotebookPanel): LessonAtHand | undefined {
    const outline = readOutline(notebook.context.model.getMetadata("orrery"));
    if (outline === undefined) return undefined;
    const atHand = new LessonAtHand(notebook, outline, this.#parts);
    this.node.append(atHand.view.element);
    return atHand;
  }
}
