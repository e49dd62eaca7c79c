/** The panel beside a picture: what is behind a mark, as text that can be read and copied. */
import type { InspectorPart } from "../../lessons/live/protocol.ts";
import { iconButton, make, quiet } from "./elements.ts";

/** One text with its heading. It stays the same element while its text changes, so that focus and folding stay. */
class Section {
  readonly element = make("details", "orrery-section");
  readonly #text: HTMLElement;

  constructor(heading: string) {
    this.#text = quiet(make("pre", heading === "YAML" ? "orrery-text" : "orrery-text orrery-prose"));
    this.#text.tabIndex = 0;
    this.#text.setAttribute("role", "group");
    this.#text.setAttribute("aria-label", heading);
    this.element.open = true;
    this.element.append(quiet(make("summary", "", heading)), this.#text);
  }

  set text(text: string) {
    if (this.#text.textContent !== text) this.#text.textContent = text;
  }

  toTop(): void {
    this.#text.scrollTop = 0;
  }
}

/** The inspector of one view. */
export class Inspector {
  readonly element = make("div", "orrery-inspector");
  readonly #title = make("div", "orrery-inspector-title");
  readonly #body = make("div", "orrery-inspector-body");
  /** Sections by heading, shown or not. */
  readonly #sections = new Map<string, Section>();
  #key: string | undefined;
  #shown: string | undefined;

  /** @param closed where the focus goes when the panel closes. */
  constructor(closed: () => void) {
    this.element.hidden = true;
    this.element.setAttribute("role", "group");
    this.element.setAttribute("aria-label", "Inspector");
    const close = iconButton("close", "Close the inspector (Escape)", () => {
      this.close();
      closed();
    });
    const head = make("div", "orrery-inspector-head");
    head.append(this.#title, close);
    this.element.append(head, this.#body);
  }

  /** Key of the mark that is looked into, or that was asked for and is not there yet. */
  get key(): string | undefined {
    return this.#key;
  }

  /** Says which mark has been asked for. */
  want(key: string): void {
    this.#key = key;
  }

  /** Shows what is known of a mark, and moves the focus there when asked to. */
  show(key: string, title: string, parts: readonly InspectorPart[], focus: boolean): void {
    const hadFocus = this.#body.contains(document.activeElement);
    this.#key = key;
    this.#title.textContent = title;
    this.element.setAttribute("aria-label", `Inspector: ${title}`);
    const sections = parts.map((part) => this.#section(part));
    this.#place(sections.map(({ element }) => element));
    this.element.hidden = false;
    if (this.#shown !== key) {
      this.element.scrollTop = 0;
      for (const section of sections) section.toTop();
    }
    this.#shown = key;
    const lost = hadFocus && !this.#body.contains(document.activeElement);
    if (focus || lost) this.element.querySelector<HTMLElement>("summary")?.focus();
  }

  close(): void {
    this.#key = undefined;
    this.#shown = undefined;
    this.element.hidden = true;
  }

  #section({ heading, text }: InspectorPart): Section {
    const section = this.#sections.get(heading) ?? new Section(heading);
    this.#sections.set(heading, section);
    section.text = text;
    return section;
  }

  /** Puts elements into the body in this order. Those that are at their place are not touched: that would take the focus. */
  #place(elements: readonly HTMLElement[]): void {
    for (const child of [...this.#body.children]) if (!elements.includes(child as HTMLElement)) child.remove();
    elements.forEach((element, at) => {
      const present = this.#body.children[at] ?? null;
      if (present !== element) this.#body.insertBefore(element, present);
    });
  }
}
