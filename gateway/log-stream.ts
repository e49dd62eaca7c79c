/** What a request for a pod's log shows of the container's lines (Kubernetes 1.32, pkg/kubelet/kuberuntime/logs/logs.go). */

import type { ApiRequest, Cluster } from "../sim/index.ts";

/** A line of a container's log, as the simulated kubelet answers it. */
export interface LogLine {
  /** Simulated microseconds. */
  readonly at: number;
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  readonly text: string;
}

/** The kubelet's answer. */
export interface LogAnswer {
  readonly lines: readonly LogLine[];
  readonly now?: number;
  readonly running?: boolean;
}

/** The query of pods/NAME/log, as far as it chooses lines. */
export interface LogOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly sinceSeconds: number | undefined;
  readonly sinceTime: string | undefined;
  readonly limitBytes: number | undefined;
}

/** Reads the options from a URL's query; a number that is none counts as not given, as the API server refused it before. */
export function logOptions(query: URLSearchParams): LogOptions {
  const flag = (name: string) => ["true", "1", "t", "T", "TRUE", "True"].includes(query.get(name) ?? "");
  const count = (name: string) => {
    const text = query.get(name);
    return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  return {
    follow: flag("follow"),
    timestamps: flag("timestamps"),
    tailLines: count("tailLines"),
    sinceSeconds: count("sinceSeconds"),
    sinceTime: query.get("sinceTime") ?? undefined,
    limitBytes: count("limitBytes"),
  };
}

/** The lines that the options ask for, of those written after an instant. */
function logText({ lines, now = 0 }: LogAnswer, options: LogOptions, after: number): string {
  const { tailLines, sinceSeconds, sinceTime, limitBytes } = options;
  const since = sinceSeconds === undefined ? Number.NEGATIVE_INFINITY : now - sinceSeconds * 1_000_000;
  let chosen = lines.filter(
    ({ at, time }) => at > after && at >= since && (sinceTime === undefined || time >= sinceTime),
  );
  if (tailLines !== undefined) chosen = chosen.slice(Math.max(0, chosen.length - tailLines));
  const text = chosen.map((line) => (options.timestamps ? `${line.time} ${line.text}\n` : `${line.text}\n`)).join("");
  return limitBytes === undefined ? text : Buffer.from(text).subarray(0, limitBytes).toString("utf8");
}

/** How often a followed log is looked at, in simulated microseconds. */
const lookEveryUs = 1_000_000;

/** A pod's log that a client reads, and perhaps follows. */
export class LogStream {
  readonly #cluster: Cluster;
  readonly #request: ApiRequest;
  readonly #options: LogOptions;
  /** Everything up to this instant has been shown. */
  #shownTo = -1;
  #ended = false;

  constructor(cluster: Cluster, request: ApiRequest, options: LogOptions) {
    this.#cluster = cluster;
    this.#request = request;
    this.#options = options;
  }

  /** Whether the container has ended, so that nothing will follow. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The text to begin with. */
  first(answer: LogAnswer): string {
    return this.#shown(answer, this.#options);
  }

  /** What has been written since, once a simulated second has passed. */
  news(): { readonly text: string; readonly ended: boolean } {
    if (this.#ended) return { text: "", ended: true };
    if (this.#cluster.now - this.#shownTo < lookEveryUs) return { text: "", ended: false };
    const answer = this.#cluster.request(this.#request);
    if (answer.kind !== "response" || answer.response.code !== 200) return { text: "", ended: true };
    const options = { ...this.#options, tailLines: undefined, sinceSeconds: undefined, sinceTime: undefined };
    const text = this.#shown(answer.response.body as unknown as LogAnswer, options);
    return { text, ended: this.#ended };
  }

  #shown(answer: LogAnswer, options: LogOptions): string {
    const text = logText(answer, options, this.#shownTo);
    this.#shownTo = answer.now ?? this.#cluster.now;
    this.#ended = answer.running === false;
    return text;
  }
}
