/** The drawing in its frame: colours of the page's theme, zoom, and movement only for those who want it. */
import { Drawing } from "../../views/dom/drawing.ts";
import { type Scheme, themeVariables } from "../../views/dom/theme.ts";
import type { Scene } from "../../views/index.ts";
import { make } from "./elements.ts";

const ZOOMS = [0.5, 0.75, 1, 1.5, 2, 3, 4];

/** A picture in which more than this has changed is another picture, of which nothing can be followed. */
const changedMax = 8;

const schemeOfPage = (): Scheme => (document.body.dataset.jpThemeLight === "false" ? "dark" : "light");

/** Gives an element the variables of the page's scheme, now and whenever the theme changes; the result ends that. */
export function followTheme(element: HTMLElement): () => void {
  const apply = (): void => {
    const scheme = schemeOfPage();
    element.dataset.scheme = scheme;
    for (const [name, value] of themeVariables(scheme)) element.style.setProperty(name, value);
  };
  apply();
  const observer = new MutationObserver(apply);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  return () => observer.disconnect();
}

/** Whether things may be seen moving. */
const mayMove = (): boolean => !matchMedia("(prefers-reduced-motion: reduce)").matches;

/** One picture with its zoom. */
export class Picture {
  readonly element = make("div", "orrery-picture");
  readonly drawing = new Drawing();
  #zoom = ZOOMS.indexOf(1);

  constructor() {
    this.element.append(this.drawing.svg);
  }

  /** Draws a scene; with `follow`, a picture taller than its frame is scrolled to what has changed. */
  draw(scene: Scene, follow: boolean): void {
    const before = this.drawing.scene;
    const changed = this.drawing.draw(scene, before !== undefined && mayMove());
    this.#size();
    const mark = changed.at(-1);
    if (!follow || before === undefined || mark === undefined || changed.length > changedMax) return;
    const [frame, place] = [this.element.getBoundingClientRect(), mark.getBoundingClientRect()];
    if (place.bottom > frame.bottom || place.top < frame.top)
      this.element.scrollTop += place.top - frame.top - frame.height / 3;
  }

  /** Larger, smaller, or back to the width of the page. */
  zoom(direction: -1 | 0 | 1): void {
    const wanted = direction === 0 ? ZOOMS.indexOf(1) : this.#zoom + direction;
    this.#zoom = Math.max(0, Math.min(ZOOMS.length - 1, wanted));
    this.#size();
  }

  #size(): void {
    const { scene, svg } = this.drawing;
    if (scene === undefined) return;
    const zoom = ZOOMS[this.#zoom]!;
    svg.style.width = zoom === 1 ? "100%" : `${Math.round(scene.width * zoom)}px`;
    svg.style.maxWidth = zoom === 1 ? `${scene.width}px` : "none";
  }
}
