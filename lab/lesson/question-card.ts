/** One question: choices to pick from, the prediction that is stored, and once a cell has shown it, what was right. */
import type { PredictionOutline, ShownAnswer } from "../../lessons/live/lesson-protocol.ts";
import { make, quiet } from "../view/elements.ts";
import { CardNote } from "./card-note.ts";
import { enable, mark, setMark, setWords, wordButton } from "./parts.ts";
import type { Note } from "./study.ts";

/** What a card can ask for. */
export interface QuestionActions {
  store(choice: string): void;
  goToCell(): void;
  runFirst(): void;
}

/** What a card shows. */
export interface QuestionState {
  readonly stored: string | undefined;
  /** The answer was shown: the prediction stands. */
  readonly revealed: boolean;
  /** What was right; undefined while the panel was not told. */
  readonly answer: ShownAnswer | undefined;
  readonly note: Note | undefined;
  /** Nothing is being asked. */
  readonly idle: boolean;
}

const unknown: QuestionState = { stored: undefined, revealed: false, answer: undefined, note: undefined, idle: true };

/** The card of one question. */
export class QuestionCard {
  readonly element = make("fieldset", "orrery-card");
  readonly #outline: PredictionOutline;
  readonly #inputs: readonly HTMLInputElement[];
  readonly #store: HTMLButtonElement;
  readonly #sign = mark("todo");
  readonly #chosen = make("p", "orrery-chosen");
  readonly #why = make("details", "orrery-why");
  readonly #explained = make("div");
  readonly #note: CardNote;
  #state = unknown;
  /** A prediction was sent; when the answer is there, the radio shows what is stored. */
  #sent = false;

  constructor(outline: PredictionOutline, actions: QuestionActions) {
    this.#outline = outline;
    const { question, choices } = outline;
    const legend = make("legend");
    legend.append(this.#sign, setWords(make("span"), question));
    this.#inputs = choices.map((choice) => this.#input(choice));
    const list = this.#inputs.map((input) => {
      const label = make("label", "orrery-choice");
      label.append(input, setWords(make("span"), this.#lettered(input.value)));
      return label;
    });
    this.#store = wordButton("Store my prediction", () => {
      const chosen = this.#picked();
      if (chosen === undefined) return;
      this.#sent = true;
      actions.store(chosen);
    });
    const go = wordButton("Go to the cell", actions.goToCell);
    go.setAttribute("aria-label", `Go to the cell of the question: ${question}`);
    const row = make("div", "orrery-row");
    row.append(this.#store, go);
    this.#why.append(quiet(make("summary", "", "Why")), this.#explained);
    this.#note = new CardNote(actions.runFirst);
    this.element.append(legend, ...list, row, this.#note.element, this.#chosen, this.#why);
    this.#draw();
  }

  update(state: QuestionState): void {
    const before = this.#state;
    this.#state = state;
    const { stored, revealed, idle } = state;
    const isRefused = this.#sent && idle && stored !== undefined;
    if (stored !== before.stored || revealed !== before.revealed || isRefused)
      for (const input of this.#inputs) input.checked = input.value === stored;
    if (idle) this.#sent = false;
    this.#draw();
  }

  #input(choice: string): HTMLInputElement {
    const input = quiet(make("input"));
    input.type = "radio";
    input.name = `orrery-question-${this.#outline.id}`;
    input.value = choice;
    input.addEventListener("change", () => this.#draw());
    return input;
  }

  #picked(): string | undefined {
    return this.#inputs.find(({ checked }) => checked)?.value;
  }

  /** "B: two"; a choice that the outline does not have stands as it is. */
  #lettered(choice: string): string {
    const at = this.#outline.choices.indexOf(choice);
    return at < 0 ? choice : `${String.fromCharCode(65 + at)}: ${choice}`;
  }

  #draw(): void {
    const { stored, revealed, answer, note, idle } = this.#state;
    const picked = this.#picked();
    const right = answer !== undefined && stored === answer.choice;
    const sign = answer === undefined ? "done" : right ? "passed" : "failed";
    setMark(this.#sign, stored === undefined ? "todo" : sign);
    const words = stored === undefined ? "Not predicted yet." : `You predicted ${this.#lettered(stored)}.`;
    const came = answer === undefined ? "" : right ? " Right." : ` It was ${this.#lettered(answer.choice)}.`;
    setWords(this.#chosen, `${words}${came}`);
    for (const input of this.#inputs) input.disabled = revealed;
    this.#store.hidden = revealed;
    enable(this.#store, idle && picked !== undefined && picked !== stored);
    this.#note.update(note);
    this.#why.hidden = answer === undefined;
    if (answer !== undefined)
      this.#explained.replaceChildren(
        ...answer.explain.split(/\n\s*\n/).map((text) => setWords(make("p"), plain(text))),
      );
  }
}

/** A paragraph without the marks of emphasis, which only a notebook shows as such. */
const plain = (text: string): string => text.trim().replaceAll("**", "");
