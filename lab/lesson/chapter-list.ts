/**
 * The chapters of a lesson: which are done, which one the learner is in, and under each what it asks. Each one leads to its cell;
 * what the present one asks is unfolded.
 */
import { make, quiet } from "../view/elements.ts";
import type { ChapterState } from "./outline.ts";
import { mark, setMark } from "./parts.ts";

/** What a chapter has to show. */
interface ChapterPart {
  readonly title: string;
  /** Cards of its questions and exercises. */
  readonly cards: readonly HTMLElement[];
}

interface Row {
  readonly button: HTMLButtonElement;
  readonly sign: HTMLElement;
  readonly words: HTMLElement;
  readonly asks: HTMLDetailsElement;
  readonly asked: HTMLElement;
}

/** The list. Its rows stay, so that the focus does. */
export class ChapterList {
  readonly element = make("ol", "orrery-chapters");
  readonly #rows: readonly Row[];
  #current: number | undefined;

  constructor(parts: readonly ChapterPart[], go: (chapter: number) => void) {
    this.#rows = parts.map(({ title, cards }, at) => {
      const button = quiet(make("button", "orrery-chapter"));
      button.type = "button";
      const sign = mark("todo");
      const words = make("span", "orrery-unseen");
      button.append(sign, make("span", "", title), words);
      button.addEventListener("click", () => go(at));
      const asks = make("details", "orrery-asks");
      const asked = make("span");
      const summary = quiet(make("summary"));
      summary.append(asked, make("span", "orrery-unseen", ` in ${title}`));
      asks.append(summary, ...cards);
      asks.hidden = cards.length === 0;
      const item = make("li");
      item.append(button, asks);
      this.element.append(item);
      return { button, sign, words, asks, asked };
    });
  }

  /** Ticks what is done, marks where the learner is, and says in `asked` what each chapter asks. */
  update(states: readonly ChapterState[], current: number, asked: readonly string[]): void {
    this.#rows.forEach((row, at) => {
      const done = states[at]?.done === true;
      setMark(row.sign, done ? "done" : "todo");
      row.words.textContent = done ? ", done" : "";
      row.asked.textContent = asked[at] ?? "";
      if (at === current) row.button.setAttribute("aria-current", "step");
      else row.button.removeAttribute("aria-current");
    });
    this.#unfold(Math.max(0, current));
  }

  /** Unfolds the chapter that was come to and folds the one that was left, unless somebody is at work there. */
  #unfold(current: number): void {
    if (current === this.#current) return;
    const left = this.#current === undefined ? undefined : this.#rows[this.#current]?.asks;
    if (left?.contains(document.activeElement) === false) left.open = false;
    const asks = this.#rows[current]?.asks;
    if (asks !== undefined) asks.open = true;
    this.#current = current;
  }
}
