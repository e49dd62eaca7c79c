/** A small time machine for the current cluster in a notebook's toolbar; it is there while the notebook kernel is ours. */
import type { ISessionContext } from "@jupyterlab/apputils";
import { Widget } from "@lumino/widgets";
import { type Answer, CLOCK_TARGET, type ClockState, type Request } from "../../lessons/live/protocol.ts";
import { CommLink } from "../join/comm-link.ts";
import { iconButton, make, quiet, relabel } from "../view/elements.ts";
import { Player } from "../view/player.ts";

/** The toolbar's widget. */
export class ToolbarClock extends Widget {
  readonly #link: CommLink;
  readonly #player: Player;
  readonly #slider = quiet(make("input", "orrery-slider"));
  readonly #words = make("span", "orrery-words");
  readonly #play: HTMLButtonElement;
  #clock: ClockState | undefined;
  #seeking: number | undefined;

  constructor(context: ISessionContext) {
    super();
    this.addClass("orrery-clock");
    this.node.setAttribute("role", "group");
    this.node.setAttribute("aria-label", "Time machine of the current cluster");
    this.#player = new Player({ next: () => this.#send({ kind: "step", count: 1 }), changed: () => this.#update() });
    this.#play = iconButton("play", "Play the cluster", () => this.#togglePlay());
    this.#slider.type = "range";
    this.#slider.min = "0";
    this.#slider.setAttribute("aria-label", "Step of the cluster");
    this.#slider.addEventListener("input", () => this.#seek(Number(this.#slider.value)));
    const back = iconButton("back", "Step the cluster back", () => this.#send({ kind: "back", count: 1 }));
    const step = iconButton("step", "Step the cluster", () => this.#send({ kind: "step", count: 1 }));
    this.node.append(back, this.#play, step, this.#slider, this.#words);
    this.#link = new CommLink({
      context,
      target: CLOCK_TARGET,
      opening: () => ({}),
      answered: (answer) => this.#answered(answer),
      changed: ({ kind }) => {
        if (kind !== "live") this.#lost();
      },
    });
    this.#update();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#player.stop();
    this.#link.dispose();
    super.dispose();
  }

  #lost(): void {
    this.#clock = undefined;
    this.#seeking = undefined;
    this.#player.stop();
    this.#update();
  }

  #togglePlay(): void {
    if (this.#player.playing) this.#player.stop();
    else this.#player.start();
  }

  #send(request: Request): boolean {
    return this.#clock !== undefined && this.#link.send(request);
  }

  #seek(step: number): void {
    if (this.#seeking === undefined && !this.#send({ kind: "goto", step })) return;
    this.#seeking = step;
  }

  #answered(answer: Answer): void {
    if (answer.kind === "refused") {
      this.#seeking = undefined;
      this.#player.stop();
      this.#update();
    }
    if (answer.kind !== "clock") return;
    this.#clock = answer.clock;
    if (answer.asked) this.#player.arrived();
    const wanted = this.#seeking;
    this.#seeking = undefined;
    if (wanted !== undefined && wanted !== answer.clock?.step) this.#seek(wanted);
    this.#update();
  }

  #update(): void {
    const clock = this.#clock;
    this.node.classList.toggle("orrery-away", clock === undefined);
    if (clock === undefined) return;
    this.#slider.max = String(clock.tip);
    this.#slider.value = String(clock.step);
    this.#slider.setAttribute("aria-valuetext", `step ${clock.step} of ${clock.tip}: ${clock.caption}`);
    this.#words.textContent = `${clock.step}`;
    this.#words.title = `step ${clock.step} of ${clock.tip}, ${clock.time}: ${clock.caption}`;
    const { playing } = this.#player;
    relabel(this.#play, playing ? "pause" : "play", playing ? "Pause the cluster" : "Play the cluster");
  }
}
