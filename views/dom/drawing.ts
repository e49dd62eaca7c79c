/**
 * A scene as inline SVG, joined by key: what stays moves, what comes and goes fades, the rest is untouched.
 * Invariant: at any moment each mark of the scene is one element, and elements that are fading away are no marks.
 */
import { type Selection, select } from "d3-selection";
// Puts `transition` on selections; the one copy of d3-selection in the bundle.
import "d3-transition";
import type { Group, Scene } from "../scene.ts";
import { looksOf, svgElement } from "./shape.ts";

const moveMs = 250;

/** Fading has a name of its own, so that a move of the same element does not end it half-way. */
const fade = "fade";

/** A drawn thing that can be pointed at. */
export type Mark = SVGGElement;

/** Whether a group is a thing in the cluster, which can be pointed at and looked into; headings and legends are not. */
const isMark = (group: Group): boolean => group.label !== undefined && group.key.includes("/");

const placeOf = ({ x, y }: Group): string => `translate(${x},${y})`;

/** Makes or changes the elements of a group's shapes; those of the same kind at the same place are kept. */
function drawShapes(element: SVGGElement, group: Group, animate: boolean): void {
  const wanted = group.shapes.flatMap(looksOf);
  const present = [...element.children].filter((child) => child.tagName !== "title");
  const same = present.length === wanted.length && wanted.every(([name], at) => present[at]!.tagName === name);
  if (!same) for (const child of present) child.remove();
  wanted.forEach(([name, look], at) => {
    const shape = same ? present[at]! : element.appendChild(svgElement(name));
    const changed = select(shape as SVGElement);
    const moved = animate && same && name === "rect" ? changed.transition().duration(moveMs) : changed.interrupt();
    for (const [key, value] of Object.entries(look.attributes)) (moved as typeof changed).attr(key, value);
    for (const [key, value] of Object.entries(look.style)) changed.style(key, value);
    if (look.text !== undefined && shape.textContent !== look.text) shape.textContent = look.text;
  });
}

/** Lets groups come; in the end, however that comes, the page's own rules say how much they are seen. */
function fadeIn(entering: Selection<SVGGElement, Group, SVGSVGElement, unknown>): void {
  entering
    .style("opacity", "0")
    .transition(fade)
    .duration(moveMs)
    .style("opacity", "1")
    .on("end interrupt cancel", function () {
      this.style.removeProperty("opacity");
    });
}

/** One picture in a page, which can be drawn again and again. */
export class Drawing {
  readonly svg: SVGSVGElement = svgElement("svg");
  /** What was drawn of each element, so that what has not changed costs nothing. */
  readonly #drawn = new WeakMap<Element, Group>();
  #scene: Scene | undefined;

  constructor() {
    this.svg.setAttribute("role", "group");
  }

  /** The scene that is shown. */
  get scene(): Scene | undefined {
    return this.#scene;
  }

  /** The marks in reading order. */
  get marks(): readonly Mark[] {
    return [...this.svg.querySelectorAll<SVGGElement>("g.orrery-mark:not(.orrery-leaving)")];
  }

  /** The group that an element was drawn for. */
  groupOf(element: Element): Group | undefined {
    return this.#drawn.get(element);
  }

  /**
   * Shows a scene; with `animate`, what moves is seen moving. Keeps the focus where its mark stays.
   * Returns the marks that are new or look different, in reading order.
   */
  draw(scene: Scene, animate: boolean): readonly Mark[] {
    const focused = document.activeElement;
    this.#scene = scene;
    const box = `0 0 ${scene.width} ${scene.height}`;
    if (this.svg.getAttribute("viewBox") !== box) this.svg.setAttribute("viewBox", box);
    this.svg.setAttribute("aria-label", scene.title);
    const joined = select(this.svg)
      .selectAll<SVGGElement, Group>("g.orrery-group:not(.orrery-leaving)")
      .data(scene.groups, (group) => group.key);
    const leaving = joined.exit().classed("orrery-leaving", true).attr("aria-hidden", "true").attr("tabindex", null);
    if (animate) leaving.transition(fade).duration(moveMs).style("opacity", "0").remove();
    else leaving.remove();
    const entering = joined.enter().append("g").attr("transform", placeOf);
    if (animate) fadeIn(entering);
    const all = entering.merge(joined);
    const moving = animate ? joined.transition().duration(moveMs) : joined.interrupt().interrupt(fade);
    (moving as typeof joined).attr("transform", placeOf);
    const changed = all.filter((group, at, elements) => this.#drawGroup(elements[at]!, group, animate)).nodes();
    all.order();
    if (focused instanceof SVGElement && this.svg.contains(focused) && document.activeElement !== focused)
      focused.focus();
    return changed.filter((element) => element.classList.contains("orrery-mark"));
  }

  /** True when there was anything to draw. */
  #drawGroup(element: SVGGElement, group: Group, animate: boolean): boolean {
    const before = this.#drawn.get(element);
    this.#drawn.set(element, group);
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(group)) return false;
    drawShapes(element, group, animate);
    const mark = isMark(group);
    element.setAttribute("class", mark ? "orrery-group orrery-mark" : "orrery-group");
    if (!mark) {
      element.setAttribute("aria-hidden", "true");
      return true;
    }
    element.removeAttribute("aria-hidden");
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", group.label ?? "");
    element.setAttribute("data-lm-suppress-shortcuts", "true");
    if (!element.hasAttribute("tabindex")) element.setAttribute("tabindex", "-1");
    const title = element.querySelector("title") ?? element.insertBefore(svgElement("title"), element.firstChild);
    title.textContent = group.label ?? "";
    return true;
  }
}
