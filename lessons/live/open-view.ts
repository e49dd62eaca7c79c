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

  /** Tells the clock, and with `picture` the present moment if it was not told yet; `asked` if this page waits for it. */
  update(picture: boolean, asked = false): void {
    const { cluster, remake } = this.source;
    const clock = clockOf(cluster);
    const stamp = stampOf(cluster);
    const isNews = picture && stamp !== this.#stamp;
    const drawn = isNews ? remake?.().scenes.at(-1) : undefined;
    if (drawn === undefined) return tell(this.channel, { kind: "clock", clock, asked });
    // Not before it is drawn: a picture that could not be made is tried again.
    this.#stamp = stamp;
    // Some pictures are of the newest thing that happened, which may be some steps ago; now is now.
    const scene: Scene = { ...drawn, step: clock.step };
    const before = this.#sent;
    this.#sent = scene;
    if (before === undefined) tell(this.channel, { kind: "frame", scene, clock, asked });
    else
      tell(this.channel, { kind: "change", change: packFrames("live", [before, scene], 0).changes[0]!, clock, asked });
  }
}
