/** What stands below a picture: the legend, and the table that says the same as the picture. */
import { looksOf, svgElement } from "../../views/dom/shape.ts";
import type { Scene, Shape, TwinTable } from "../../views/index.ts";
import { make, quiet } from "./elements.ts";

type Entry = Scene["legend"][number];

const WIDTH = 28;

function sample({ tone, icon, line, arrow }: Entry): SVGSVGElement {
  const svg = svgElement("svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} 16`);
  svg.setAttribute("aria-hidden", "true");
  const shapes: Shape[] = [];
  if (line !== undefined) {
    const across = [1, 8, WIDTH - 1, 8];
    shapes.push({ kind: "line", points: across, tone, line, ...(arrow ? { head: true } : {}) });
  }
  if (icon !== undefined) shapes.push({ kind: "icon", x: 6, y: 0, size: 16, icon, tone });
  for (const [name, look] of shapes.flatMap(looksOf)) {
    const element = svg.appendChild(svgElement(name));
    for (const [key, value] of Object.entries(look.attributes)) element.setAttribute(key, value);
    for (const [key, value] of Object.entries(look.style)) element.style.setProperty(key, value);
  }
  return svg;
}

function legendList(legend: Scene["legend"]): HTMLElement {
  const list = make("ul", "orrery-legend");
  for (const entry of legend) {
    const item = make("li");
    item.append(sample(entry), make("span", "", entry.text));
    list.append(item);
  }
  return list;
}

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

/** A part that can be opened; it is filled only while it is open. */
class Fold {
  readonly element = make("details", "orrery-fold");
  #fill: () => HTMLElement = () => make("div");

  constructor(summary: string) {
    this.element.append(quiet(make("summary", "", summary)));
    this.element.addEventListener("toggle", () => this.#draw());
  }

  /** Says what the part holds from now on. */
  set content(fill: () => HTMLElement) {
    this.#fill = fill;
    this.#draw();
  }

  #draw(): void {
    for (const child of [...this.element.children].slice(1)) child.remove();
    if (this.element.open) this.element.append(this.#fill());
  }
}

/** Legend and table of one view. */
export class Notes {
  readonly element = make("div", "orrery-notes");
  readonly #legend = new Fold("Legend");
  readonly #table = new Fold("The same as a table");

  constructor() {
    this.element.append(this.#legend.element, this.#table.element);
  }

  update(scene: Scene): void {
    this.#legend.element.hidden = scene.legend.length === 0;
    this.#legend.content = () => legendList(scene.legend);
    this.#table.content = () => {
      const frame = quiet(make("div", "orrery-table-frame"));
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", "Table");
      frame.append(tableOf(scene.table, `${scene.title}. ${scene.caption}`));
      return frame;
    };
  }
}
