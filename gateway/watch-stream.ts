/** One open watch: what its client has been told, and what it has still to hear. */
import { bookmarkEvent, type Cluster, expiredWatchEvent, type WatchEvent, type WatchRequest } from "../sim/index.ts";

/** What came of asking for news: events to send, and whether they are the last. */
interface News {
  readonly events: readonly WatchEvent[];
  readonly ended: boolean;
}

const none: News = { events: [], ended: false };

/** A watch on a cluster. Its cursor is the revision up to which the client has been told everything. */
export class WatchStream {
  readonly #cluster: Cluster;
  readonly #watch: WatchRequest;
  readonly #branch: number;
  #cursor: number | undefined;
  #step: number;
  #initial: boolean;

  constructor(cluster: Cluster, watch: WatchRequest) {
    this.#cluster = cluster;
    this.#watch = watch;
    const { resourceVersion = "" } = watch;
    const fromNow = resourceVersion === "" || resourceVersion === "0";
    this.#cursor = fromNow || watch.sendInitialEvents ? undefined : Number(resourceVersion);
    this.#initial = watch.sendInitialEvents;
    this.#branch = cluster.branch.id;
    this.#step = cluster.steps;
  }

  /** Whether the cluster has gone back in time, or to another branch, since the client was last told something. */
  get #rewound(): boolean {
    return this.#cluster.branch.id !== this.#branch || this.#cluster.steps < this.#step;
  }

  /** What the client must be told now. After compaction, and when time has gone back, that is the real 410, once. */
  news(): News {
    const { revision } = this.#cluster;
    if (this.#rewound) return this.#expired(revision);
    this.#step = this.#cluster.steps;
    if (this.#cursor !== undefined && revision <= this.#cursor) return none;
    const { upTo, changes } = this.#cluster.changes(this.#watch, this.#cursor);
    if (changes === undefined) return this.#expired(upTo);
    this.#cursor = upTo;
    if (!this.#initial) return { events: changes, ended: false };
    this.#initial = false;
    const end = this.#watch.bookmarks ? [bookmarkEvent(this.#watch, upTo, true)] : [];
    return { events: [...changes, ...end], ended: false };
  }

  /** A bookmark at the cursor; whoever resumes there misses nothing. */
  bookmark(): WatchEvent {
    return bookmarkEvent(this.#watch, this.#cursor ?? this.#cluster.revision);
  }

  #expired(revision: number): News {
    return { events: [expiredWatchEvent(this.#cursor ?? 0, revision)], ended: true };
  }
}
