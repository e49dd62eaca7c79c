/** What a card says of the last thing that was asked of it, and the button that helps. */
import { make } from "../view/elements.ts";
import { setWords, wordButton } from "./parts.ts";
import type { Note } from "./study.ts";

/** The line of a card; hidden while there is nothing to say. It is spoken elsewhere, in the page's live region. */
export class CardNote {
  readonly element = make("div", "orrery-note");
  readonly #words = make("p");
  readonly #run: HTMLButtonElement;

  constructor(runFirst: () => void) {
    this.#run = wordButton("Run the first cell", runFirst);
    this.element.append(this.#words, this.#run);
    this.update(undefined);
  }

  update(note: Note | undefined): void {
    this.element.hidden = note === undefined;
    this.#run.hidden = note?.needsFirstCell !== true;
    if (note !== undefined) setWords(this.#words, note.words);
  }
}
