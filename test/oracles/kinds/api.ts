/**
 * Replays recorded HTTP requests on one simulated cluster, groups in order: six fake nodes, namespace alpha, the real order
 * of requests, with the pauses in which the recorder waited. One verdict a step; `case` is the group and the step's number.
 */
import { isDeepStrictEqual } from "node:util";
import { Cluster, type HttpReading, readHttp, refuseWatch, type WatchEvent, type WatchRequest, writeHttp, writeWatchEvent } from "../../../sim/index.ts";
import { StandIn } from "../kubectl/stand-in.ts";
import { normJson } from "../support/normalise.ts";

interface Step {
  readonly as?: string;
  readonly pause?: string;
  readonly watch?: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly status?: number;
  readonly response?: unknown;
  readonly events?: readonly unknown[];
  readonly unstable?: readonly string[];
}

interface Group {
  readonly group: string;
  readonly steps: readonly Step[];
}

interface Verdict {
  readonly case: string;
  readonly actual: unknown;
  readonly agree: boolean | null;
  readonly expected?: unknown;
}

interface Answered {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

const administrator = { name: "admin", groups: ["system:masters", "system:authenticated"] };
/** The recorded cluster's Services were in 10.0.0.0/16, where ours has its machines: translated on the way in and out. */
const toOurs = (text: string) => text.replaceAll(/\b10\.0\.(?=\d)/g, "10.96.");
const toTheirs = (text: string) => text.replaceAll(/\b10\.96\.(?=\d)/g, "10.0.");
const SERVER = "127.0.0.1:16443";

/** A watch that is open over the steps after it. */
interface Open {
  readonly at: number;
  readonly watch: WatchRequest;
  readonly since: number;
  /** What there was when it was opened, where it was opened without a place to start from. */
  readonly initial: readonly WatchEvent[];
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce((node: unknown, key) => (node as Record<string, unknown> | undefined)?.[key], value);
}

/** Removes what a JSON pointer points to. */
function without(value: unknown, pointer: string): void {
  const path = pointer.split("/").slice(1).map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const last = path.pop();
  const parent = path.reduce((node: unknown, key) => (node as Record<string, unknown> | undefined)?.[key], value);
  if (typeof parent === "object" && parent !== null && last !== undefined) delete (parent as Record<string, unknown>)[last];
}

function comparable(value: unknown, unstable: readonly string[]): unknown {
  const copy = structuredClone(value);
  for (const pointer of unstable) without(copy, pointer);
  return copy;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The recorded cluster, played by ours. */
class Replay {
  readonly #cluster = Cluster.empty({ seed: 3, workersPerZone: 0, addons: false, managedFields: true, serviceNetwork: "10.96.0.0/16" });
  readonly #outside: StandIn;
  readonly #kept = new Map<string, unknown>();

  constructor() {
    this.#cluster.settle();
    this.#outside = new StandIn(this.#cluster);
    this.#send("POST", "/api/v1/namespaces", {}, JSON.stringify({ metadata: { name: "alpha" } }));
    this.#outside.settle();
  }

  *run({ group, steps }: Group): Generator<Verdict> {
    let open: Open | undefined;
    const verdicts: Verdict[] = [];
    for (const [index, step] of steps.entries()) {
      const name = `${group}/${index}`;
      if (step.pause !== undefined) this.#pause(step.pause);
      if (step.watch !== undefined) {
        if (open) verdicts.push(this.#closed(group, open, steps));
        open = undefined;
        const opened = this.#open(step.watch, index);
        if ("watch" in opened) open = opened;
        else verdicts.push(verdict(name, [normJson(opened.body)], step, "events"));
      }
      if (step.method !== undefined) verdicts.push(this.#step(name, step));
    }
    if (open) verdicts.push(this.#closed(group, open, steps));
    yield* verdicts;
    this.#outside.settle();
  }

  #pause(text: string): void {
    if (text.includes("controllers stopped")) this.#cluster.kill("kube-controller-manager");
    else if (text.includes("controllers run")) this.#cluster.start("kube-controller-manager");
    else if (text.includes("compacted")) this.#cluster.advance("11m");
    else this.#outside.settle();
  }

  #filled(text: string): string {
    return text.replace(/\{\{(\w+):([^}]+)\}\}/g, (_all, label, path) => String(valueAt(this.#kept.get(label), path)));
  }

  #step(name: string, step: Step): Verdict {
    const { body } = step;
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    const headers: Record<string, string> = {};
    for (const [header, value] of Object.entries(step.headers ?? {})) headers[header.toLowerCase()] = value;
    const answer = this.#send(step.method!, this.#filled(step.path!), headers, this.#filled(text));
    if (step.as) this.#kept.set(step.as, answer.body);
    return verdict(name, normJson(answer.body), step, "response", answer);
  }

  #send(method: string, path: string, given: Readonly<Record<string, string>>, body: string): Answered {
    const { "impersonate-user": other, ...headers } = given;
    const user = other === undefined ? administrator : { name: other, groups: ["system:authenticated"] };
    const typed = body === "" || headers["content-type"] ? {} : { "content-type": "application/json" };
    return this.#answer(readHttp({ method, path, headers: { host: SERVER, ...typed, ...headers }, body: toOurs(body) }, user));
  }

  #answer(reading: HttpReading): Answered {
    if (reading.kind === "watch") throw new Error("a watch is no step of its own");
    let response = reading.kind === "answer" ? reading.response : undefined;
    if (reading.kind === "request") {
      const answer = this.#cluster.request(reading.request);
      if (answer.kind !== "response") throw new Error(`the simulated API server gave no answer: ${answer.kind}`);
      response = writeHttp(answer.response, reading.shape);
    }
    const { status, headers, body: text } = response!;
    return { status, contentType: String(headers["content-type"] ?? ""), body: parsed(toTheirs(text)) };
  }

  #open(path: string, at: number): Open | Answered {
    const reading = readHttp({ method: "GET", path: this.#filled(path), headers: {}, body: "" }, administrator);
    if (reading.kind !== "watch") return this.#answer(reading);
    const refusal = refuseWatch(reading.watch, this.#cluster.revision);
    if (refusal) return this.#answer({ kind: "answer", response: writeHttp(refusal, reading.shape) });
    const { resourceVersion = "0" } = reading.watch;
    if (resourceVersion !== "0") return { at, watch: reading.watch, since: Number(resourceVersion), initial: [] };
    const { upTo, changes } = this.#cluster.changes(reading.watch);
    return { at, watch: reading.watch, since: upTo, initial: changes ?? [] };
  }

  #closed(group: string, { at, watch, since, initial }: Open, steps: readonly Step[]): Verdict {
    const later = this.#cluster.changes(watch, since).changes ?? [];
    const shape = { as: "object", pretty: false } as const;
    const clock = { now: this.#cluster.now, wallTime: () => "" };
    const events = [...initial, ...later].map((event) => normJson(JSON.parse(writeWatchEvent(event, shape, clock))));
    return verdict(`${group}/${at}`, events, steps[at]!, "events");
  }
}

function verdict(name: string, actual: unknown, step: Step, field: "response" | "events", answer?: Answered): Verdict {
  const { unstable = [] } = step;
  const whole = answer ? { status: answer.status, contentType: answer.contentType, [field]: actual } : { [field]: actual };
  if (step[field] === undefined) return { case: name, actual: whole, agree: null };
  const expected = answer ? { status: step.status, response: step.response } : { events: step.events };
  const agree =
    (answer === undefined || answer.status === step.status) &&
    isDeepStrictEqual(comparable(actual, unstable), comparable(step[field], unstable));
  return { case: name, actual: whole, agree, expected };
}

/** Replays the groups of a recording, in order, on one cluster. */
export function* replayAll(groups: readonly unknown[]): Generator<Verdict> {
  const replay = new Replay();
  for (const group of groups) yield* replay.run(group as Group);
}
