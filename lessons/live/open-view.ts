/** One view that is open in some page: what it was sent last, and what it must be told next. */
import { packFrames } from "../../views/frames.ts";
import type { Scene } from "../../views/index.ts";
import { type Channel, tell } from "./channel.ts";
import { clockOf, stampOf } from "./clock.ts";
import type { LiveSource } from "./live-displays.ts";

/** A joined view. */
export class OpenView {
  readonly channel: Channel;
  readonly source: LiveSource;
  #sent: Scene | undefined;
  #stamp = "";

  constructor(channel: Channel, source: LiveSource) {
    this.channel = channel;
    this.source = source;
  }

  /** Tells the clock, and with `picture` the present moment if it was not told yet. */
  update(picture: boolean): void {
    const { cluster, remake } = this.source;
    const clock = clockOf(cluster);
    const stamp = stampOf(cluster);
    if (!picture || remake === undefined || stamp === this.#stamp) return tell(this.channel, { kind: "clock", clock });
    this.#stamp = stamp;
    const drawn = remake().scenes.at(-1);
    if (drawn === undefined) return tell(this.channel, { kind: "clock", clock });
    // Some pictures are of the newest thing that happened, which may be some steps ago; now is now.
    const scene: Scene = { ...drawn, step: clock.step };
    const before = this.#sent;
    this.#sent = scene;
    if (before === undefined) tell(this.channel, { kind: "frame", scene, clock });
    else tell(this.channel, { kind: "change", change: packFrames("live", [before, scene], 0).changes[0]!, clock });
  }
}
