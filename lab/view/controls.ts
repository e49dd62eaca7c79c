/** The bar above a picture: the time machine, search, zoom, copy, and the word that says whether the picture is live. */
import { iconButton, make, quiet, relabel } from "./elements.ts";

/** What the bar can ask for. */
export interface ControlActions {
  first(): void;
  back(): void;
  togglePlay(): void;
  step(): void;
  last(): void;
  /** Goes to the slider's stop of that number. */
  seek(stop: number): void;
  speed(stepsPerSecond: number): void;
  search(text: string): void;
  zoom(direction: -1 | 0 | 1): void;
  copy(): void;
}

/** What the bar shows. */
export interface ControlState {
  readonly stop: number;
  readonly stops: number;
  /** "step 12 of 80". */
  readonly words: string;
  readonly caption: string;
  readonly playing: boolean;
  /** Whether there is anywhere to go in each direction. */
  readonly canFirst: boolean;
  readonly canBack: boolean;
  readonly canStep: boolean;
}

const SPEEDS = [0.5, 1, 2, 4, 8];
const SPEED_FIRST = 2;

/** The control bar. */
export class Controls {
  readonly element = make("div", "orrery-bar");
  readonly #search = quiet(make("input", "orrery-search"));
  readonly #slider = quiet(make("input", "orrery-slider"));
  readonly #words = make("span", "orrery-words");
  readonly #pill = make("span", "orrery-pill");
  readonly #buttons;

  constructor(actions: ControlActions) {
    this.#buttons = {
      first: iconButton("first", "First step (Home)", () => actions.first()),
      back: iconButton("back", "Step back (,)", () => actions.back()),
      play: iconButton("play", "Play (Space)", () => actions.togglePlay()),
      step: iconButton("step", "Step (.)", () => actions.step()),
      last: iconButton("last", "Last step (End)", () => actions.last()),
    };
    this.#slider.type = "range";
    this.#slider.min = "0";
    this.#slider.setAttribute("aria-label", "Step");
    this.#slider.addEventListener("input", () => actions.seek(Number(this.#slider.value)));
    this.#search.type = "search";
    this.#search.placeholder = "Find (/)";
    this.#search.setAttribute("aria-label", "Find in the picture");
    this.#search.addEventListener("input", () => actions.search(this.#search.value));
    const zoom = this.#group("Zoom", [
      iconButton("minus", "Smaller (-)", () => actions.zoom(-1)),
      iconButton("fit", "Fit (0)", () => actions.zoom(0)),
      iconButton("plus", "Larger (+)", () => actions.zoom(1)),
    ]);
    const time = this.#group("Time machine", Object.values(this.#buttons));
    const right = make("span", "orrery-right");
    right.append(
      this.#search,
      zoom,
      iconButton("copy", "Copy as SVG", () => actions.copy()),
      this.#pill,
    );
    this.element.append(time, this.#slider, this.#words, speedMenu(actions), right);
  }

  /** The field that `/` leads to. */
  get searchField(): HTMLInputElement {
    return this.#search;
  }

  /** Says how the picture stands: live, or recorded and why. */
  status(live: boolean, words: string): void {
    this.#pill.textContent = words;
    this.#pill.classList.toggle("orrery-live", live);
  }

  update(state: ControlState): void {
    const { stop, stops, words, caption, playing } = state;
    this.#slider.max = String(Math.max(0, stops - 1));
    this.#slider.value = String(stop);
    this.#slider.disabled = stops < 2;
    this.#slider.setAttribute("aria-valuetext", `${words}: ${caption}`);
    this.#words.textContent = words;
    relabel(this.#buttons.play, playing ? "pause" : "play", playing ? "Pause (Space)" : "Play (Space)");
    // Not `disabled`, which would throw the focus of whoever has just pressed it to nowhere.
    const able = { first: state.canFirst, back: state.canBack, play: playing || state.canStep };
    const all = { ...able, step: state.canStep, last: state.canStep };
    for (const [name, can] of Object.entries(all))
      this.#buttons[name as keyof typeof all].setAttribute("aria-disabled", String(!can));
  }

  #group(label: string, buttons: readonly HTMLElement[]): HTMLElement {
    const group = make("span", "orrery-buttons");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    group.append(...buttons);
    return group;
  }
}

function speedMenu(actions: ControlActions): HTMLSelectElement {
  const menu = quiet(make("select", "orrery-speed"));
  menu.setAttribute("aria-label", "Speed");
  menu.title = "Speed";
  for (const speed of SPEEDS) {
    const option = make("option", "", `${speed} a second`);
    option.value = String(speed);
    option.selected = speed === SPEED_FIRST;
    menu.append(option);
  }
  menu.addEventListener("change", () => actions.speed(Number(menu.value)));
  return menu;
}
