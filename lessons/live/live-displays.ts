/**
 * The displays of a session that can be made again at another moment. The newest of a kind follows what cells do; the
 * ones before it keep the moment that the text around them speaks of, until somebody moves the cluster by hand.
 */
import type { Cluster } from "../../sim/index.ts";
import type { Display } from "../../views/index.ts";
import { type LiveTag, RequestError } from "./protocol.ts";

/** What a display is made of, and how to make it again. */
export interface LiveSource {
  readonly cluster: Cluster;
  /** The same for displays that show the same thing, e.g. "components". */
  readonly shows: string;
  /** Makes the display at the cluster's present moment; left out for a picture of something fixed. */
  readonly remake?: () => Display;
}

/** How many displays can be joined; older ones stay as they were recorded. */
const displaysMax = 200;

/** The displays of one session by id. */
export class LiveDisplays {
  readonly session: string;
  readonly #sources = new Map<string, LiveSource>();
  #made = 0;

  /** @param session what no other process of a notebook kernel has. */
  constructor(session: string) {
    this.session = session;
  }

  /** Remembers a display that is being shown. */
  add(source: LiveSource): LiveTag {
    this.#made += 1;
    const id = String(this.#made);
    this.#sources.set(id, source);
    for (const old of this.#sources.keys()) {
      if (this.#sources.size <= displaysMax) break;
      this.#sources.delete(old);
    }
    return { session: this.session, id, moves: source.remake !== undefined, branch: source.cluster.branch.id };
  }

  /** The display that a front end names. Throws a RequestError for one of another session and for a forgotten one. */
  find(session: unknown, id: unknown): LiveSource {
    if (session !== this.session)
      throw new RequestError("the notebook kernel was restarted since this was drawn: run the cell again");
    const source = typeof id === "string" ? this.#sources.get(id) : undefined;
    if (source === undefined) throw new RequestError("this picture is too old to be live: run the cell again");
    return source;
  }

  /** Whether no later display shows the same thing of the same cluster. */
  isNewest(source: LiveSource): boolean {
    let newest = source;
    for (const other of this.#sources.values())
      if (other.shows === source.shows && other.cluster === source.cluster) newest = other;
    return newest === source;
  }
}
