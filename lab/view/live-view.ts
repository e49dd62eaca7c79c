/**
 * A display of ours in a page: the picture with its controls, drawn from what the output holds, and joined to the
 * notebook kernel that made it while that lives. Everything is built from elements and text nodes.
 */
import type { ISessionContext } from "@jupyterlab/apputils";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { Widget } from "@lumino/widgets";
import { type Answer, type LiveFrameSet, type Move, type Request, VIEW_TARGET } from "../../lessons/live/protocol.ts";
import { type Scene, sceneToSvg, VIEW_TYPE } from "../../views/index.ts";
import { CommLink, type LinkState } from "../join/comm-link.ts";
import { Controls } from "./controls.ts";
import { make } from "./elements.ts";
import { applyChange, FrameStore } from "./frame-store.ts";
import { Inspector } from "./inspector.ts";
import { pressKey } from "./keys.ts";
import { Marks } from "./marks.ts";
import { Notes } from "./notes.ts";
import { followTheme, Picture } from "./picture.ts";
import { Player } from "./player.ts";
import { recordedParts } from "./recorded-parts.ts";

/** The widget that JupyterLab puts into an output of our type. */
export class LiveView extends Widget implements IRenderMime.IRenderer {
  readonly #context: ISessionContext | undefined;
  readonly #picture = new Picture();
  readonly #marks = new Marks(this.#picture.drawing);
  readonly #notes = new Notes();
  readonly #line = make("div", "orrery-caption");
  readonly #controls: Controls;
  readonly #player: Player;
  readonly #inspector: Inspector;
  readonly #stopTheme: () => void;
  readonly #observer: IntersectionObserver;
  #set: LiveFrameSet | undefined;
  #store: FrameStore | undefined;
  #link: CommLink | undefined;
  #base: Scene | undefined;
  #seeking: number | undefined;
  #focusInspector = false;
  #note = "";

  constructor(context: ISessionContext | undefined) {
    super();
    this.#context = context;
    this.addClass("orrery-view");
    const { node } = this;
    node.setAttribute("role", "group");
    this.#line.setAttribute("aria-live", "polite");
    this.#player = new Player({ next: () => this.#forward(), changed: () => this.#update() });
    this.#controls = new Controls(this.#actions());
    this.#inspector = new Inspector(() => this.#refocus());
    const stage = make("div", "orrery-stage");
    stage.append(this.#picture.element, this.#inspector.element);
    node.append(this.#controls.element, this.#line, stage, this.#notes.element);
    this.#stopTheme = followTheme(node);
    node.addEventListener("keydown", (event) => this.#pressed(event));
    this.#picture.drawing.svg.addEventListener("click", ({ target }) => this.#clicked(target));
    this.#observer = new IntersectionObserver((entries) => {
      if (!entries.at(-1)?.isIntersecting) this.#player.stop();
    });
    this.#observer.observe(this.#picture.element);
  }

  /** Shows an output's value; called again when the output is updated. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const set = model.data[VIEW_TYPE] as unknown as LiveFrameSet;
    if (JSON.stringify(set) === JSON.stringify(this.#set)) return;
    this.#set = set;
    this.#base = undefined;
    this.#link?.dispose();
    this.#store = new FrameStore(set);
    this.#draw();
    this.#join(set);
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#player.stop();
    this.#observer.disconnect();
    this.#stopTheme();
    this.#link?.dispose();
    super.dispose();
  }

  #join(set: LiveFrameSet): void {
    const { live } = set;
    this.#link = undefined;
    if (live === undefined || this.#context === undefined) return this.#state({ kind: "recorded", why: "" });
    this.#link = new CommLink({
      context: this.#context,
      target: VIEW_TARGET,
      opening: () => ({ session: live.session, id: live.id }),
      answered: (answer) => this.#answered(answer),
      changed: (state) => this.#state(state),
    });
    this.#state(this.#link.state);
  }

  get #isLive(): boolean {
    return this.#link?.state.kind === "live";
  }

  /** Whether the controls move the cluster rather than walk through what was recorded. */
  get #movesCluster(): boolean {
    return this.#isLive && this.#store?.moves === true && this.#store.clock !== undefined;
  }

  #state(state: LinkState): void {
    if (state.kind !== "live") {
      this.#base = undefined;
      this.#focusInspector = false;
      this.#seeking = undefined;
      this.#store?.leave();
      this.#player.stop();
    }
    this.#update();
  }

  #status(): string {
    const state = this.#link?.state;
    if (state?.kind !== "live") return state?.why ? `recorded · ${state.why}` : "recorded";
    const clock = this.#store?.clock;
    const behind = this.#store?.moves && clock !== undefined && clock.step !== this.#store.scene.step;
    return behind ? `live · cluster at step ${clock.step}` : "live";
  }

  #answered(answer: Answer): void {
    const store = this.#store;
    if (store === undefined) return;
    if (answer.kind === "inspected") return this.#inspected(answer);
    if (answer.kind === "refused") {
      this.#note = answer.message;
      this.#seeking = undefined;
      this.#player.stop();
    } else if (answer.kind === "clock") {
      store.setClock(answer.clock);
      if (answer.asked) this.#player.arrived();
      if (answer.clock !== undefined) this.#arrived(answer.clock.step);
    } else if (answer.kind === "frame" || (answer.kind === "change" && this.#base !== undefined)) {
      const scene = answer.kind === "frame" ? answer.scene : applyChange(this.#base!, answer.change);
      this.#base = scene;
      store.setClock(answer.clock);
      store.setNow(scene);
      this.#draw();
      if (answer.asked) this.#player.arrived();
      this.#arrived(answer.clock.step);
      if (this.#inspector.key !== undefined) this.#ask({ kind: "inspect", key: this.#inspector.key });
      return;
    }
    this.#update();
  }

  #inspected({ key, title, parts }: Extract<Answer, { readonly kind: "inspected" }>): void {
    // Another mark was asked for since, or none is wanted any more.
    if (key !== this.#inspector.key) return;
    const { scene } = this.#store!;
    const shown = parts.length > 0 ? parts : recordedParts(scene, key, false);
    const label = scene.groups.find((group) => group.key === key)?.label ?? "This mark";
    this.#inspector.show(key, parts.length > 0 ? title : label, shown, this.#focusInspector);
    this.#focusInspector = false;
  }

  /** While the slider is drawn, only its newest place is asked for, and only when the one before it has come. */
  #arrived(step: number): void {
    const wanted = this.#seeking;
    this.#seeking = undefined;
    if (wanted !== undefined && wanted !== step) this.#travel(wanted);
  }

  #ask(request: Request): boolean {
    this.#note = "";
    return this.#link?.send(request) ?? false;
  }

  #goto(step: number): boolean {
    return this.#ask({ kind: "goto", step });
  }

  /** One step on from what is shown, in the cluster or among the recorded frames. */
  #forward(): boolean {
    return this.#by(1, { kind: "step", count: 1 });
  }

  #backward(): boolean {
    return this.#by(-1, { kind: "back", count: 1 });
  }

  #by(distance: 1 | -1, move: Move): boolean {
    const store = this.#store;
    if (store === undefined) return false;
    if (!this.#movesCluster) return this.#showFrame(store.index + distance);
    const { step } = store.scene;
    return step === store.clock?.step ? this.#ask(move) : this.#goto(step + distance);
  }

  #showFrame(index: number): boolean {
    if (!this.#store?.show(index)) return false;
    this.#note = "";
    this.#draw();
    this.#player.arrived();
    return true;
  }

  #seek(stop: number): void {
    const store = this.#store;
    const step = store?.stops[stop];
    if (store === undefined || step === undefined) return;
    if (!this.#movesCluster) this.#showFrame(stop);
    else this.#travel(step);
  }

  /** Takes the cluster to a step unless it is there and shown; while one way is under way, only the newest end is kept. */
  #travel(step: number): void {
    const store = this.#store!;
    if (this.#seeking !== undefined) this.#seeking = step;
    else if (step === store.clock?.step && step === store.scene.step) this.#update();
    else if (this.#goto(step)) this.#seeking = step;
  }

  #actions() {
    return {
      first: () => this.#seek(0),
      back: () => {
        this.#backward();
      },
      togglePlay: () => (this.#player.playing ? this.#player.stop() : this.#player.start()),
      step: () => {
        this.#forward();
      },
      last: () => {
        const store = this.#store;
        if (store === undefined) return;
        if (this.#movesCluster) this.#travel(store.clock!.tip);
        else this.#showFrame(store.count - 1);
      },
      seek: (stop: number) => this.#seek(stop),
      speed: (perSecond: number) => {
        this.#player.speed = perSecond;
      },
      search: (text?: string) => {
        if (text === undefined) this.#controls.searchField.focus();
        else this.#find(text);
      },
      zoom: (direction: -1 | 0 | 1) => this.#picture.zoom(direction),
      copy: () => void this.#copy(),
      escape: () => this.#escape(),
    };
  }

  #find(text: string): void {
    const found = this.#marks.find(text).length;
    this.#note = text.trim() === "" ? "" : found === 1 ? "1 found" : `${found} found`;
    this.#update();
  }

  async #copy(): Promise<void> {
    const scene = this.#store?.scene;
    if (scene === undefined) return;
    const copied = await navigator.clipboard?.writeText(sceneToSvg(scene)).then(
      () => true,
      () => false,
    );
    this.#note = copied ? "The picture is on the clipboard as SVG." : "This page may not use the clipboard.";
    this.#update();
  }

  #pressed(event: KeyboardEvent): void {
    const mark = this.#marks.markOf(event.target);
    const inField = event.target === this.#controls.searchField;
    let taken = true;
    if (inField && event.key === "Enter") this.#enterFound();
    else if (mark !== undefined && (event.key === "Enter" || event.key === " ")) this.#inspect(mark);
    else if (mark === undefined || !this.#marks.walk(mark, event.key)) taken = pressKey(event, this.#actions());
    if (taken) event.preventDefault();
    // Tab must travel on; everything else is nobody's business outside.
    if (event.key !== "Tab") event.stopPropagation();
  }

  #enterFound(): void {
    const [first] = this.#marks.find(this.#controls.searchField.value);
    if (first !== undefined) this.#marks.focus(first);
  }

  #clicked(target: EventTarget | null): void {
    const mark = this.#marks.markOf(target);
    if (mark === undefined) return;
    this.#marks.focus(mark);
    this.#inspect(mark, false);
  }

  #inspect(mark: SVGGElement, focus = true): void {
    const key = this.#marks.keyOf(mark);
    this.#focusInspector = focus;
    this.#inspector.want(key);
    if (this.#isLive && this.#ask({ kind: "inspect", key })) return;
    const label = mark.getAttribute("aria-label") ?? key;
    this.#inspector.show(key, label, recordedParts(this.#store!.scene, key, true), focus);
  }

  #escape(): void {
    const field = this.#controls.searchField;
    if (document.activeElement === field && field.value !== "") {
      field.value = "";
      return this.#find("");
    }
    if (this.#inspector.key !== undefined) {
      const mark = this.#marks.byKey(this.#inspector.key);
      this.#inspector.close();
      if (mark === undefined) this.#refocus();
      else this.#marks.focus(mark);
      return;
    }
    // The cell itself, or the focus would be lost and with it the way back by keyboard.
    const outside = this.node.closest<HTMLElement>(".jp-Cell") ?? this.node.closest<HTMLElement>("[tabindex]");
    outside?.focus();
  }

  #refocus(): void {
    this.#picture.drawing.svg.querySelector<SVGGElement>('g.orrery-mark[tabindex="0"]')?.focus();
  }

  #draw(): void {
    const store = this.#store;
    if (store === undefined) return;
    this.#picture.draw(store.scene, !store.moves);
    this.#marks.refresh();
    this.#marks.find(this.#controls.searchField.value);
    this.#notes.update(store.scene);
    this.node.setAttribute("aria-label", store.scene.title);
    this.#update();
  }

  #update(): void {
    const store = this.#store;
    if (store === undefined) return;
    const { words, scene, stop, stops, index, count } = store;
    const cluster = this.#movesCluster;
    this.#controls.update({
      stop,
      stops: stops.length,
      words,
      caption: scene.caption,
      playing: this.#player.playing,
      canFirst: stop > 0 || (cluster && scene.step !== store.clock?.step),
      canBack: cluster ? scene.step > 0 : index > 0,
      canStep: cluster || index < count - 1,
    });
    this.#controls.status(this.#isLive, this.#status());
    const line = this.#note === "" ? `${words}: ${scene.caption}` : this.#note;
    if (this.#line.textContent !== line) this.#line.textContent = line;
    // The picture itself shows its caption; only those who hear the page need it here.
    this.#line.classList.toggle("orrery-heard", this.#note === "");
  }
}
