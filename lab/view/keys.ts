/** The keys of a view. They work wherever the focus is inside it, except that fields and buttons keep their own. */

/** What keys can ask for. */
export interface KeyActions {
  first(): void;
  back(): void;
  togglePlay(): void;
  step(): void;
  last(): void;
  zoom(direction: -1 | 0 | 1): void;
  search(): void;
  /** Closes what is open, or leaves to the cell. */
  escape(): void;
}

const bindings: Readonly<Record<string, (actions: KeyActions) => void>> = {
  Home: (actions) => actions.first(),
  ",": (actions) => actions.back(),
  " ": (actions) => actions.togglePlay(),
  ".": (actions) => actions.step(),
  End: (actions) => actions.last(),
  "+": (actions) => actions.zoom(1),
  "=": (actions) => actions.zoom(1),
  "-": (actions) => actions.zoom(-1),
  "0": (actions) => actions.zoom(0),
  "/": (actions) => actions.search(),
};

/** Keys that an element means something by itself: text fields all but Escape, buttons Space, sliders and menus their ways. */
function keepsKey(target: Element, key: string): boolean {
  if (target instanceof HTMLInputElement && target.type === "range") return key === "Home" || key === "End";
  if (target instanceof HTMLInputElement) return true;
  // In a menu, what can be typed chooses.
  if (target instanceof HTMLSelectElement) return key === "Home" || key === "End" || key.length === 1;
  const pressable = target instanceof HTMLButtonElement || target.tagName === "SUMMARY";
  return pressable ? key === " " : target.tagName === "PRE" && (key === "Home" || key === "End");
}

/** Carries out a key press. True when it was one of the view's. */
export function pressKey(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || !(event.target instanceof Element)) return false;
  if (event.key === "Escape") {
    actions.escape();
    return true;
  }
  const act = bindings[event.key];
  if (act === undefined || keepsKey(event.target, event.key)) return false;
  act(actions);
  return true;
}
