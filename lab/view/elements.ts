/** Small makers of elements for the control bar and its neighbours. Text is set as text; nothing here takes markup. */
import { svgElement } from "../../views/dom/shape.ts";

/** Paths of the controls' icons on a grid of 16, filled. Fonts often lack such signs, so none is a character. */
const PATHS = {
  first: "M3 3H5V13H3ZM13 3V13L6 8Z",
  back: "M11 3V13L4 8Z",
  play: "M4 2.5V13.5L13 8Z",
  pause: "M4 3H7V13H4ZM9 3H12V13H9Z",
  step: "M5 3V13L12 8Z",
  last: "M11 3H13V13H11ZM3 3V13L10 8Z",
  search:
    "M7 2A5 5 0 1 0 9.9 11.1L13.2 14.4L14.4 13.2L11.1 9.9A5 5 0 0 0 7 2ZM7 3.7A3.3 3.3 0 1 1 7 10.3A3.3 3.3 0 0 1 7 3.7Z",
  minus: "M3 7.1H13V8.9H3Z",
  plus: "M7.1 3H8.9V7.1H13V8.9H8.9V13H7.1V8.9H3V7.1H7.1Z",
  fit: "M2 2H6.5V3.8H3.8V6.5H2ZM9.5 2H14V6.5H12.2V3.8H9.5ZM2 9.5H3.8V12.2H6.5V14H2ZM12.2 9.5H14V14H9.5V12.2H12.2Z",
  copy: "M5 1.5H14V11H12.4V3.1H5ZM2 4.5H11V14.5H2ZM3.6 6.1V12.9H9.4V6.1Z",
  close: "M4.3 3L8 6.7L11.7 3L13 4.3L9.3 8L13 11.7L11.7 13L8 9.3L4.3 13L3 11.7L6.7 8L3 4.3Z",
} as const;

/** Names of control icons. */
export type ControlIcon = keyof typeof PATHS;

/** Makes an element with a class and a text. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  text = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  if (text !== "") element.textContent = text;
  return element;
}

/** Keeps JupyterLab's one-letter commands away from an element that can have the focus. It must stand on each of them. */
export function quiet<E extends Element>(element: E): E {
  element.setAttribute("data-lm-suppress-shortcuts", "true");
  return element;
}

/** A button with an icon; its label is its name and its tooltip. */
export function iconButton(icon: ControlIcon, label: string, act: () => void): HTMLButtonElement {
  const button = quiet(make("button", "orrery-button"));
  button.type = "button";
  const svg = svgElement("svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.append(svgElement("path"));
  button.append(svg);
  relabel(button, icon, label);
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act();
  });
  return button;
}

/** Gives a button another icon and label. */
export function relabel(button: HTMLButtonElement, icon: ControlIcon, label: string): void {
  button.querySelector("path")?.setAttribute("d", PATHS[icon]);
  button.setAttribute("aria-label", label);
  button.title = label;
}
