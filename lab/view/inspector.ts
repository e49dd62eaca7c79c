/** The panel beside a picture: what is behind a mark, as text that can be read and copied. */
import type { InspectorPart } from "../../lessons/live/protocol.ts";
import { iconButton, make, quiet } from "./elements.ts";

/** The inspector of one view. */
export class Inspector {
  readonly element = make("div", "orrery-inspector");
  readonly #title = make("div", "orrery-inspector-title");
  readonly #body = make("div", "orrery-inspector-body");
  #key: string | undefined;

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

  /** Key of the mark that is looked into. */
  get key(): string | undefined {
    return this.#key;
  }

  /** Shows what is known of a mark, and moves the focus there when asked to. */
  show(key: string, title: string, parts: readonly InspectorPart[], focus: boolean): void {
    const kept = this.#key === key ? this.#body.scrollTop : 0;
    this.#key = key;
    this.#title.textContent = title;
    this.element.setAttribute("aria-label", `Inspector: ${title}`);
    this.#body.replaceChildren(...parts.map(section));
    this.element.hidden = false;
    this.#body.scrollTop = kept;
    if (focus) this.element.querySelector<HTMLElement>("summary")?.focus();
  }

  close(): void {
    this.#key = undefined;
    this.element.hidden = true;
    this.#body.replaceChildren();
  }
}

function section({ heading, text }: InspectorPart): HTMLElement {
  const details = make("details", "orrery-section");
  details.open = true;
  const body = quiet(make("pre", heading === "YAML" ? "orrery-text" : "orrery-text orrery-prose", text));
  body.tabIndex = 0;
  body.setAttribute("role", "group");
  body.setAttribute("aria-label", heading);
  details.append(quiet(make("summary", "", heading)), body);
  return details;
}
