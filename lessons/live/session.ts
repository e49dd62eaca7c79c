/**
 * The notebook kernel's side of live views, toolbars and terminals, free of any host: channels come in, answers go out.
 * Invariant: each request is carried out whole or refused in a sentence; a front end that goes away changes nothing.
 */
import type { Cluster } from "../../sim/index.ts";
import { type Channel, guarded, serve, tell } from "./channel.ts";
import { clockOf, moveCluster, stampOf } from "./clock.ts";
import { inspect, type WriteYaml } from "./inspect.ts";
import type { LiveDisplays } from "./live-displays.ts";
import { OpenView } from "./open-view.ts";
import { fieldOf, RequestError } from "./protocol.ts";
import { openTerminal, type TerminalParts } from "./terminal.ts";

const moves = ["step", "back", "goto"] as const;

/** What a session works with. */
export interface SessionParts extends TerminalParts {
  readonly displays: LiveDisplays;
  readonly yaml: WriteYaml;
}

/** All open views, toolbars and terminals of one notebook kernel. */
export class LiveSession {
  readonly #parts: SessionParts;
  readonly #views = new Set<OpenView>();
  readonly #clocks = new Set<Channel>();
  readonly #stamps = new WeakMap<Cluster, string>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Takes a channel for the target `orrery.view`; one that names no display of this session is refused and closed. */
  openView(channel: Channel, opening: unknown): void {
    let view: OpenView | undefined;
    try {
      const source = this.#parts.displays.find(fieldOf(opening, "session"), fieldOf(opening, "id"));
      const joined = new OpenView(channel, source);
      view = joined;
      this.#views.add(joined);
      const kinds = [...moves, "inspect"] as const;
      serve(
        channel,
        kinds,
        (request) => {
          if (request.kind === "inspect") tell(channel, inspect(source.cluster, request.key, this.#parts.yaml));
          else if (source.remake === undefined) throw new RequestError("this picture does not move the cluster");
          else this.#move(source.cluster, () => moveCluster(source.cluster, request), joined);
        },
        () => this.#views.delete(joined),
      );
      joined.update(this.#parts.displays.isNewest(source));
    } catch (error) {
      if (view !== undefined) this.#views.delete(view);
      channel.onMessage = undefined;
      channel.close({ kind: "refused", message: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Takes a channel for the target `orrery.clock`: the time machine of the current cluster. */
  openClock(channel: Channel): void {
    this.#clocks.add(channel);
    serve(
      channel,
      moves,
      (request) => {
        const cluster = this.#parts.currentCluster();
        if (cluster === undefined) throw new RequestError("there is no cluster yet; make one with orrery.create()");
        this.#move(cluster, () => moveCluster(cluster, request), channel);
      },
      () => this.#clocks.delete(channel),
    );
    this.#tellClock(channel);
  }

  /** Takes a channel for the target `orrery.terminal`. */
  openTerminal(channel: Channel, opening: unknown): void {
    const acting = (act: () => void): void => {
      const cluster = this.#parts.currentCluster();
      if (cluster === undefined) act();
      else this.#move(cluster, act);
    };
    guarded(channel, () => openTerminal(channel, opening, this.#parts, acting));
  }

  /** Tells every front end about what a cell or anybody else did since it was told last. */
  changed(): void {
    const moved = new Set<Cluster>();
    for (const { source } of this.#views) if (this.#isNews(source.cluster)) moved.add(source.cluster);
    for (const cluster of moved) this.#remember(cluster);
    for (const view of this.#views) {
      if (!moved.has(view.source.cluster)) continue;
      guarded(view.channel, () => view.update(this.#parts.displays.isNewest(view.source)));
    }
    for (const channel of this.#clocks) this.#tellClock(channel);
  }

  /**
   * Lets somebody move a cluster by hand; then every view of it shows the new moment, whatever it showed before. Who
   * asked is answered even if nothing has moved: it waits for that.
   */
  #move(cluster: Cluster, act: () => void, asker?: OpenView | Channel): void {
    let done = false;
    try {
      act();
      done = true;
    } finally {
      const isNews = this.#isNews(cluster);
      this.#remember(cluster);
      for (const view of this.#views) {
        const asked = view === asker && done;
        if (asked || (isNews && view.source.cluster === cluster)) guarded(view.channel, () => view.update(true, asked));
      }
      for (const channel of this.#clocks) {
        const asked = channel === asker && done;
        if (asked || isNews) this.#tellClock(channel, asked);
      }
    }
  }

  #isNews(cluster: Cluster): boolean {
    return this.#stamps.get(cluster) !== stampOf(cluster);
  }

  #remember(cluster: Cluster): void {
    this.#stamps.set(cluster, stampOf(cluster));
  }

  #tellClock(channel: Channel, asked = false): void {
    const cluster = this.#parts.currentCluster();
    guarded(channel, () =>
      tell(channel, { kind: "clock", clock: cluster === undefined ? undefined : clockOf(cluster), asked }),
    );
  }
}
