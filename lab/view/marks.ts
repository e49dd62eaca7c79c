/** Walking through the marks of a picture: one of them is in the tab order, arrows move, and a search lights some up. */
import type { Drawing, Mark } from "../../views/dom/drawing.ts";

const directions: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const middle = (mark: Mark): readonly [number, number] => {
  const { x, y, width, height } = mark.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
};

/** The marks of one drawing. */
export class Marks {
  readonly #drawing: Drawing;
  #key: string | undefined;

  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /** After a drawing: exactly one mark can be reached by Tab, the one that had been if it is still there. */
  refresh(): void {
    const { marks } = this.#drawing;
    const chosen = marks.find((mark) => this.keyOf(mark) === this.#key) ?? marks[0];
    for (const mark of marks) mark.setAttribute("tabindex", mark === chosen ? "0" : "-1");
  }

  /** The mark that an event came from. */
  markOf(target: EventTarget | null): Mark | undefined {
    const found = target instanceof Element ? target.closest<Mark>("g.orrery-mark:not(.orrery-leaving)") : null;
    return found ?? undefined;
  }

  keyOf(mark: Mark): string {
    return this.#drawing.groupOf(mark)?.key ?? "";
  }

  /** Puts the focus on a mark, and makes it the one that Tab comes back to. */
  focus(mark: Mark): void {
    this.#key = this.keyOf(mark);
    this.refresh();
    mark.focus();
    mark.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** The mark of a key, if it is shown. */
  byKey(key: string): Mark | undefined {
    return this.#drawing.marks.find((mark) => this.keyOf(mark) === key);
  }

  /** Moves from a mark to the nearest one in an arrow's direction. True when the key was an arrow. */
  walk(from: Mark, key: string): boolean {
    const direction = directions[key];
    if (direction === undefined) return false;
    const [dx, dy] = direction;
    const [x, y] = middle(from);
    let best: { readonly mark: Mark; readonly cost: number } | undefined;
    for (const mark of this.#drawing.marks) {
      const [mx, my] = middle(mark);
      const along = (mx - x) * dx + (my - y) * dy;
      const across = Math.abs((mx - x) * dy) + Math.abs((my - y) * dx);
      // What stands straight ahead comes before what is nearer but beside the way.
      if (mark === from || along < 2) continue;
      const cost = along + 3 * across;
      if (best === undefined || cost < best.cost) best = { mark, cost };
    }
    if (best !== undefined) this.focus(best.mark);
    return true;
  }

  /** Lights up the marks whose name holds a text; the number of them, 0 for no text. */
  find(text: string): readonly Mark[] {
    const wanted = text.trim().toLowerCase();
    const found: Mark[] = [];
    for (const mark of this.#drawing.marks) {
      const hit = wanted !== "" && (mark.getAttribute("aria-label") ?? "").toLowerCase().includes(wanted);
      mark.classList.toggle("orrery-found", hit);
      if (hit) found.push(mark);
    }
    this.#drawing.svg.classList.toggle("orrery-finding", wanted !== "");
    return found;
  }
}
