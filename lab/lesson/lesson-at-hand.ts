/** One lesson's notebook beside its panel: what its cells say goes into the study, and the study into the page. */
import {
  LESSON_TARGET,
  type LessonAnswer,
  type LessonOutline,
  type LessonRequest,
  PROGRESS_NAME,
} from "../../lessons/live/lesson-protocol.ts";
import { CommLink, type LinkState } from "../join/comm-link.ts";
import type { NotebookPanel } from "../notebook.ts";
import { isHandedIn, toHandIn } from "./hand-in.ts";
import { type LessonActions, LessonView } from "./lesson-view.ts";
import { type LessonMemory, readKept } from "./memory.ts";
import { type CellState, chapterAt, chapterStates } from "./outline.ts";
import { merged, Study } from "./study.ts";

/** What the panel uses of the front end. */
export interface PanelParts {
  readonly memory: LessonMemory;
  /** Opens a file of the server. */
  readonly open: (path: string) => void;
  /** Runs the active cell of the notebook in front, to its end. */
  readonly runCell: () => Promise<unknown>;
}

/** How often cells that follow one another in a run are read. */
const readMs = 120;

/** What is shown of one notebook. */
export class LessonAtHand {
  readonly notebook: NotebookPanel;
  readonly study: Study;
  readonly view: LessonView;
  readonly #link: CommLink<LessonRequest, LessonAnswer>;
  readonly #memory: LessonMemory;
  readonly #runCell: PanelParts["runCell"];
  #state: LinkState = { kind: "recorded", why: "no notebook kernel" };
  #timer: number | undefined;
  /** What was refused is to be asked again as soon as the notebook kernel is joined. */
  #askAgain = false;

  constructor(notebook: NotebookPanel, outline: LessonOutline, parts: PanelParts) {
    this.notebook = notebook;
    this.#memory = parts.memory;
    this.#runCell = parts.runCell;
    const send = (request: LessonRequest): boolean => this.#state.kind !== "recorded" && this.#link.send(request);
    const kept = parts.memory.keptOf(outline.lesson);
    // The notebook may come from another machine, with what was reached there.
    const { progress } = readKept({ progress: notebook.context.model.getMetadata(PROGRESS_NAME) });
    const all = { ...kept, progress: merged(progress, kept.progress) };
    this.study = new Study({ outline, send, changed: () => this.#changed() }, all);
    const actions: LessonActions = {
      goToChapter: (chapter) => void this.#goTo(outline.chapters[chapter]?.cell ?? ""),
      goToCell: (id) => void this.#goTo(id, true),
      openNext: () => parts.open(besideOf(notebook.context.path, outline.next ?? "")),
      runFirst: () => void this.#runFirst(),
    };
    const cells = cellsOf(notebook);
    const chapterOf = (id: string): number => {
      const at = cells.findIndex((cell) => cell.id === id);
      return at < 0 ? -1 : chapterAt(outline, cells, at);
    };
    this.view = new LessonView(this.study, actions, chapterOf);
    this.#link = new CommLink<LessonRequest, LessonAnswer>({
      context: notebook.sessionContext,
      target: LESSON_TARGET,
      opening: () => ({}),
      answered: (answer) => this.study.answered(answer),
      changed: (state) => this.#joinedOrLeft(state),
    });
    notebook.context.model.contentChanged.connect(this.#later, this);
    notebook.content.activeCellChanged.connect(this.#later, this);
    this.update();
  }

  dispose(): void {
    window.clearTimeout(this.#timer);
    this.#link.dispose();
    this.notebook.context.model.contentChanged.disconnect(this.#later, this);
    this.notebook.content.activeCellChanged.disconnect(this.#later, this);
    this.view.element.remove();
  }

  /** Reads the cells and draws. */
  update(): void {
    const { outline } = this.study;
    const cells = cellsOf(this.notebook);
    this.study.visit(cells.filter(({ hasRun }) => hasRun).map(({ id }) => id));
    const visited = new Set(this.study.progress.visited);
    const { kind, why } = this.#state;
    this.view.update({
      chapters: chapterStates(outline, cells, visited),
      current: chapterAt(outline, cells, this.notebook.content.activeCellIndex),
      away: kind === "recorded" ? `Hints and checks wait for the notebook kernel: ${why}.` : "",
    });
  }

  /** Something was answered or reached. */
  #changed(): void {
    const { outline, kept } = this.study;
    this.#memory.keep(outline.lesson, kept);
    const { model } = this.notebook.context;
    if (!isHandedIn(kept.progress, model.getMetadata(PROGRESS_NAME)))
      model.setMetadata(PROGRESS_NAME, toHandIn(kept.progress));
    this.#later();
  }

  #joinedOrLeft(state: LinkState): void {
    const before = this.#state.kind;
    this.#state = state;
    // The comm is opened right after this call; what is said before is lost.
    if (state.kind === "joining")
      queueMicrotask(() => {
        this.study.joined();
        if (this.#askAgain) this.study.again();
        this.#askAgain = false;
      });
    if (state.kind === "recorded" && before !== "recorded") this.study.left();
    this.#later();
  }

  #later(): void {
    this.#timer ??= window.setTimeout(() => {
      this.#timer = undefined;
      this.update();
    }, readMs);
  }

  /** Shows a cell; `toWork`: the keyboard goes there, too. */
  async #goTo(id: string, toWork = false): Promise<void> {
    const { content } = this.notebook;
    const index = content.widgets.findIndex(({ model }) => model.id === id);
    if (index < 0) return;
    this.study.visit([id]);
    content.activeCellIndex = index;
    // A cell that is being drawn anew can't be scrolled to; it is the active one all the same.
    await content.scrollToItem?.(index, "start").catch(() => {});
    if (!toWork) return;
    content.mode = "command";
    content.activate();
  }

  async #runFirst(): Promise<void> {
    const { content } = this.notebook;
    const prefix = `${this.study.outline.lesson}-`;
    const code = content.widgets.filter(({ model }) => model.type === "code");
    const first = code.find(({ model }) => model.id.startsWith(prefix)) ?? code[0];
    if (first === undefined) return;
    content.activeCellIndex = content.widgets.indexOf(first);
    await this.#runCell();
    if (this.#state.kind === "recorded") this.#askAgain = true;
    else this.study.again();
  }
}

/** A file in the same folder. */
function besideOf(path: string, name: string): string {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  return `${folder}${name}`;
}

/** What the lesson's progress is read from. */
function cellsOf({ content }: NotebookPanel): readonly CellState[] {
  return content.widgets.map(({ model }) => {
    const { id, type, executionCount, outputs } = model;
    const count = outputs?.length ?? 0;
    const failed = Array.from({ length: count }, (_, at) => outputs?.get(at).type).includes("error");
    return { id, isCode: type === "code", hasRun: typeof executionCount === "number" && !failed };
  });
}
