/** What stands below a picture: the table that says the same. Legends are part of the pictures. */
import type { Scene, TwinTable } from "../../views/index.ts";
import { make, quiet } from "./elements.ts";

const ROWS_MAX = 500;

function tableOf(table: TwinTable, caption: string): HTMLElement {
  const element = make("table", "orrery-table");
  element.append(make("caption", "", caption));
  const head = element.createTHead().insertRow();
  for (const column of table.columns) {
    const cell = make("th", "", column);
    cell.scope = "col";
    head.append(cell);
  }
  const body = element.createTBody();
  for (const { depth, cells } of table.rows.slice(0, ROWS_MAX)) {
    const row = body.insertRow();
    cells.forEach((text, at) => {
      const cell = row.insertCell();
      cell.textContent = text;
      if (at === 0) cell.style.paddingLeft = `${8 + depth * 16}px`;
    });
  }
  const more = table.rows.length - ROWS_MAX;
  if (more > 0) body.insertRow().insertCell().textContent = `… and ${more} more rows`;
  return element;
}

/** A part that can be opened; it is filled only while it is open. Its frame stays, so that the focus and the place do. */
class Fold {
  readonly element = make("details", "orrery-fold");
  readonly #frame = quiet(make("div", "orrery-table-frame"));
  #fill: () => HTMLElement = () => make("div");

  constructor(summary: string, name: string) {
    this.#frame.tabIndex = 0;
    this.#frame.setAttribute("role", "group");
    this.#frame.setAttribute("aria-label", name);
    this.element.append(quiet(make("summary", "", summary)), this.#frame);
    this.element.addEventListener("toggle", () => this.#draw());
  }

  /** Says what the part holds from now on. */
  set content(fill: () => HTMLElement) {
    this.#fill = fill;
    this.#draw();
  }

  #draw(): void {
    const { scrollTop, scrollLeft } = this.#frame;
    this.#frame.replaceChildren(...(this.element.open ? [this.#fill()] : []));
    this.#frame.scrollTo(scrollLeft, scrollTop);
  }
}

/** The table of one view. */
export class Notes {
  readonly element = make("div", "orrery-notes");
  readonly #table = new Fold("The same as a table", "Table");

  constructor() {
    this.element.append(this.#table.element);
  }

  update(scene: Scene): void {
    this.#table.content = () => tableOf(scene.table, `${scene.title}. ${scene.caption}`);
  }
}
