/** Small parts of the lesson panel: marks that do not speak by colour alone, buttons with words, sections with a heading. */
import { svgElement } from "../../views/dom/shape.ts";
import { iconPath } from "../../views/icons.ts";
import { make, quiet } from "../view/elements.ts";

const MARKS = { done: "check", todo: "dots", passed: "check", failed: "cross" } as const;

/** What a mark says; the words beside it say it too. */
export type MarkName = keyof typeof MARKS;

/** A sign that screen readers pass over. */
export function mark(name: MarkName): HTMLElement {
  const frame = make("span");
  frame.setAttribute("aria-hidden", "true");
  const svg = svgElement("svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.append(svgElement("path"));
  frame.append(svg);
  setMark(frame, name);
  return frame;
}

/** Makes a sign another one. */
export function setMark(frame: HTMLElement, name: MarkName): void {
  frame.className = `orrery-sign orrery-sign-${name}`;
  frame.querySelector("path")?.setAttribute("d", iconPath(MARKS[name]));
}

/** Sets a text in which `code` stands between backticks, as authors write it. */
export function setWords<E extends Element>(element: E, text: string): E {
  element.replaceChildren(...text.split(/`([^`]+)`/).map((part, at) => (at % 2 === 1 ? make("code", "", part) : part)));
  return element;
}

/** A button with words. One that can't be used keeps its place and the focus, and does nothing. */
export function wordButton(words: string, act: () => void): HTMLButtonElement {
  const button = quiet(make("button", "orrery-word-button", words));
  button.type = "button";
  button.addEventListener("click", () => {
    if (button.getAttribute("aria-disabled") !== "true") act();
  });
  return button;
}

/** Says whether a button can be used, without taking the focus from it. */
export function enable(button: HTMLButtonElement, able: boolean): void {
  button.setAttribute("aria-disabled", String(!able));
}

/** A section with a heading that names it. */
export function section(id: string, title: string, ...children: readonly HTMLElement[]): HTMLElement {
  const element = make("section", "orrery-lesson-section");
  const heading = make("h3", "", title);
  heading.id = `orrery-lesson-${id}`;
  element.setAttribute("aria-labelledby", heading.id);
  element.append(heading, ...children);
  return element;
}

/** "1 point", "2.5 points". */
export const pointWords = (points: number): string => `${points} ${points === 1 ? "point" : "points"}`;
