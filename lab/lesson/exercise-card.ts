/** One exercise: its points, its hints with what each costs, the button that checks, and the lines of the last check. */
import type { CheckLine, ExerciseOutline } from "../../lessons/live/lesson-protocol.ts";
import { make } from "../view/elements.ts";
import { CardNote } from "./card-note.ts";
import { enable, mark, pointWords, setMark, setWords, wordButton } from "./parts.ts";
import type { Note } from "./study.ts";

/** What a card can ask for. */
export interface ExerciseActions {
  check(): void;
  /** Takes the next hint; it was confirmed before. */
  hint(): void;
  /** What the nth hint costs, in points. */
  hintCost(number: number): number;
  goToCell(): void;
  runFirst(): void;
}

/** What a card shows. */
export interface ExerciseState {
  readonly points: number | undefined;
  readonly hintsTaken: number;
  readonly hintTexts: readonly string[];
  readonly lines: readonly CheckLine[];
  readonly note: Note | undefined;
  readonly idle: boolean;
}

/** The card of one exercise. */
export class ExerciseCard {
  readonly element = make("article", "orrery-card");
  readonly #outline: ExerciseOutline;
  readonly #actions: ExerciseActions;
  readonly #sign = mark("todo");
  readonly #points = make("p", "orrery-points");
  readonly #check: HTMLButtonElement;
  readonly #hint: HTMLButtonElement;
  readonly #ask = make("div", "orrery-ask");
  readonly #question = make("p");
  readonly #take: HTMLButtonElement;
  readonly #texts = make("ol", "orrery-hints");
  readonly #lines = make("ul", "orrery-lines");
  readonly #note: CardNote;
  #taken = 0;
  #drawn = "";

  constructor(outline: ExerciseOutline, actions: ExerciseActions) {
    this.#outline = outline;
    this.#actions = actions;
    const { id, title } = outline;
    const heading = make("h4");
    heading.id = `orrery-exercise-${id}`;
    heading.append(this.#sign, make("span", "", title));
    this.element.setAttribute("aria-labelledby", heading.id);
    this.#check = wordButton("Check", actions.check);
    this.#check.setAttribute("aria-label", `Check: ${title}`);
    this.#hint = wordButton("Hint", () => this.#confirm(true));
    const go = wordButton("Go to the task", actions.goToCell);
    go.setAttribute("aria-label", `Go to the task: ${title}`);
    this.#take = wordButton("Take it", () => {
      this.#confirm(false);
      actions.hint();
    });
    const leave = wordButton("Leave it", () => this.#confirm(false));
    this.#ask.hidden = true;
    this.#ask.setAttribute("role", "group");
    this.#ask.setAttribute("aria-label", `A hint for: ${title}`);
    this.#ask.append(this.#question, this.#take, leave);
    this.#ask.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.#confirm(false);
    });
    this.#note = new CardNote(actions.runFirst);
    const row = make("div", "orrery-row");
    row.append(this.#check, this.#hint, go);
    this.#texts.setAttribute("aria-label", "Hints taken");
    this.#lines.setAttribute("aria-label", "Result of the last check");
    this.element.append(heading, this.#points, row, this.#ask, this.#note.element, this.#texts, this.#lines);
  }

  update(state: ExerciseState): void {
    const { points, hintsTaken, hintTexts, lines, note, idle } = state;
    const { title, points: of, hintCosts } = this.#outline;
    this.#taken = hintsTaken;
    setMark(this.#sign, points !== undefined && points >= of ? "done" : "todo");
    this.#points.textContent =
      points === undefined ? `${pointWords(of)}, not checked yet` : `${points} of ${pointWords(of)} in the last check`;
    this.#note.update(note);
    enable(this.#check, idle);
    const left = hintCosts.length - hintsTaken;
    enable(this.#hint, idle && left > 0);
    const words = left > 0 ? `Hint ${hintsTaken + 1} of ${hintCosts.length}` : "No hint left";
    this.#hint.textContent = words;
    this.#hint.setAttribute("aria-label", `${words}: ${title}`);
    this.#hint.hidden = hintCosts.length === 0;
    const drawn = JSON.stringify([hintTexts, lines]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#texts.replaceChildren(
      ...hintTexts.map((text) => setWords(make("li"), text || "Taken earlier; ask for it in a cell.")),
    );
    this.#texts.hidden = hintTexts.length === 0;
    this.#lines.replaceChildren(...lines.map(resultLine));
    this.#lines.hidden = lines.length === 0;
  }

  /** Asks before a hint is taken: it costs points for good. */
  #confirm(open: boolean): void {
    const number = this.#taken + 1;
    const cost = pointWords(this.#actions.hintCost(number));
    this.#question.textContent = `Hint ${number} takes ${cost} off this exercise for good. Take it?`;
    this.#ask.hidden = !open;
    if (open) this.#take.focus();
    else this.#hint.focus();
  }
}

function resultLine({ passed, message }: CheckLine): HTMLElement {
  const item = make("li");
  item.append(
    mark(passed ? "passed" : "failed"),
    make("span", "orrery-unseen", passed ? "Right: " : "Not yet: "),
    setWords(make("span"), message),
  );
  return item;
}
