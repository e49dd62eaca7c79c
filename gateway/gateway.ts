/**
 * The gateway: real HTTP requests become operations of a simulated cluster, its answers and changes become HTTP again.
 * Knows no sockets; the listener may be in another thread.
 */
import {
  type AnswerShape,
  type ApiRequest,
  type Cluster,
  type Descriptions,
  forbiddenHttp,
  type HttpResponse,
  type JsonObject,
  parseDuration,
  refuseWatch,
  rfc3339,
  type WatchEvent,
  type WatchRequest,
  writeHttp,
  writeWatchEvent,
} from "../sim/index.ts";
import { AccountTokens } from "./account-tokens.ts";
import { anonymous } from "./authenticate.ts";
import { type ClockMode, GatewayClock } from "./clock.ts";
import { type ExecHost, ExecStream, execOptions } from "./exec.ts";
import { healthAnswer } from "./health.ts";
import { LogStream, logOptions } from "./log-stream.ts";
import type { FromClient, ReceivedRequest, Send, ToClient } from "./messages.ts";
import { OpenapiAnswers } from "./openapi.ts";
import { Readings } from "./readings.ts";
import { plainFailure, refusedAnswer } from "./refusals.ts";
import { WatchStream } from "./watch-stream.ts";

/** A watch without a time limit of its own ends after half an hour to an hour (apiserver --min-request-timeout). */
const watchSeconds = 1800;
const bookmarkMs = 60_000;

/** Something open that is told of changes: a watch or a log that is followed. */
interface Stream {
  readonly demand: "wait" | "follow";
  /** What is to be sent now; `ended` closes the stream. */
  news(): { readonly text: string; readonly ended: boolean };
  bookmark?(): string;
  readonly timer?: NodeJS.Timeout;
}

/** How a gateway behaves. */
export interface GatewayOptions {
  readonly mode: ClockMode;
  /** Words for OpenAPI documents. */
  readonly descriptions: Descriptions;
  /** Runs commands in containers; without one exec is refused. */
  readonly exec?: ExecHost;
}

/** One cluster behind HTTP. */
export class Gateway {
  readonly clock: GatewayClock;
  readonly #cluster: Cluster;
  readonly #openapi: OpenapiAnswers;
  readonly #tokens: AccountTokens;
  readonly #readings = new Readings();
  readonly #send: Send<ToClient>;
  readonly #streams = new Map<number, Stream>();
  readonly #execs = new Map<number, ExecStream>();
  readonly #exec: ExecHost | undefined;
  #bookmarks: NodeJS.Timeout | undefined;

  constructor(cluster: Cluster, { mode, descriptions, exec }: GatewayOptions, send: Send<ToClient>) {
    this.#cluster = cluster;
    this.#send = send;
    this.#exec = exec;
    this.#tokens = new AccountTokens(cluster);
    this.#openapi = new OpenapiAnswers(descriptions);
    this.clock = new GatewayClock(
      cluster,
      mode,
      () => this.moved(),
      () => this.#demand(),
    );
  }

  /** Watches and followed logs that are open. */
  get open(): number {
    return this.#streams.size;
  }

  /** Takes a message of the listener. Requests are carried out at once, in the order in which they come. */
  receive(message: FromClient): void {
    if (message.kind === "gone") {
      this.#close(message.id);
      this.#execs.delete(message.id);
      return;
    }
    try {
      if (message.kind === "frame") this.#execs.get(message.id)?.take(message.channel, message.text);
      else this.#request(message.id, message.request);
    } catch (error) {
      this.#answer(
        message.id,
        plainFailure(500, "InternalError", `Internal error occurred: ${(error as Error).message}`),
      );
    }
    this.clock.poke();
    this.moved();
  }

  /** Tells all who watch what has changed. Whoever moves the cluster by other ways calls this after it. */
  moved(): void {
    for (const [id, stream] of this.#streams) {
      const { text, ended } = stream.news();
      if (text !== "") this.#send({ kind: "chunk", id, text });
      if (ended) this.#end(id);
    }
  }

  /** Ends all streams and the clock. */
  close(): void {
    this.clock.stop();
    for (const id of [...this.#streams.keys()]) this.#end(id);
    for (const id of this.#execs.keys()) this.#send({ kind: "end", id });
  }

  #request(id: number, received: ReceivedRequest): void {
    const { method, url, headers, body, bearer } = received;
    const target = new URL(url, "https://127.0.0.1");
    const health = healthAnswer(this.#cluster, method, target);
    if (health !== undefined) return this.#answer(id, health);
    const user = bearer === undefined ? received.user : this.#tokens.userOf(bearer);
    if (user === undefined) return this.#answer(id, plainFailure(401, "Unauthorized", "Unauthorized"));
    const isKnown = user.name !== anonymous.name;
    const openapi = isKnown ? this.#openapi.answer(method, target.pathname, headers.accept ?? "") : undefined;
    if (openapi !== undefined) return this.#answer(id, openapi);
    if (isKnown && /\/pods\/[^/]+\/portforward$/.test(target.pathname))
      return this.#answer(id, refusedAnswer("stream"));
    // A stream is opened by POST or GET alike, and a POST has no body then.
    const opens = /\/pods\/[^/]+\/(exec|attach)$/.test(target.pathname);
    const http = { method: opens ? "GET" : method, path: url, headers, body };
    const reading = this.#readings.read(http, user);
    switch (reading.kind) {
      case "answer":
        return this.#answer(id, isKnown || isPublic(target) ? reading.response : forbiddenHttp(http, user));
      case "watch":
        return this.#watch(id, reading.watch, reading.shape);
      case "request":
        return this.#ask(id, reading.request, reading.shape, target.searchParams, received.upgrade === true);
    }
  }

  #ask(id: number, request: ApiRequest, shape: AnswerShape, query: URLSearchParams, upgrade: boolean): void {
    const timeout = query.get("timeout") ?? "";
    if (!isDuration(timeout)) {
      const why = `invalid timeout specified in the request URL - time: invalid duration ${JSON.stringify(timeout)}`;
      return this.#answer(id, plainFailure(400, "BadRequest", why));
    }
    const answer = timeout === "" ? this.#cluster.request(request) : this.#cluster.request(request, timeout);
    if (answer.kind !== "response") return this.#answer(id, refusedAnswer(answer.kind));
    const { response } = answer;
    if (response.code === 101) {
      if (upgrade && request.subresource === "exec") return this.#run(id, request, response.body as JsonObject, query);
      return this.#answer(id, refusedAnswer("stream"));
    }
    if (request.subresource === "log" && response.code === 200) {
      return this.#log(id, request, response.body as never, query);
    }
    this.#answer(id, writeHttp(response, shape));
  }

  /** Lists first, with the same selectors: that is refused as the watch would be, and shows in the journal who watches. */
  #watch(id: number, watch: WatchRequest, shape: AnswerShape): void {
    const { sendInitialEvents: _initial, bookmarks: _bookmarks, timeoutSeconds, ...which } = watch;
    const { name: _name, resourceVersion: _since, ...collection } = which;
    const checked = this.#cluster.request({ ...collection, verb: "list", limit: 1 });
    if (checked.kind !== "response") return this.#answer(id, refusedAnswer(checked.kind));
    const refusal = checked.response.code === 200 ? refuseWatch(watch, this.#cluster.revision) : checked.response;
    if (refusal !== undefined) return this.#answer(id, writeHttp(refusal, shape));
    const endsAfter = timeoutSeconds ?? watchSeconds * (1 + Math.random());
    const timer = setTimeout(() => this.#end(id), endsAfter * 1000).unref();
    this.#open(id, { demand: "wait", timer, ...written(this.#cluster, watch, shape) });
  }

  #log(id: number, request: ApiRequest, answer: Parameters<LogStream["first"]>[0], query: URLSearchParams): void {
    const options = logOptions(query);
    const log = new LogStream(this.#cluster, request, options);
    const text = log.first(answer);
    if (!options.follow || log.ended) {
      const headers = { "content-type": "text/plain; charset=utf-8" };
      return this.#answer(id, { status: 200, headers, body: text });
    }
    this.#open(id, { demand: "follow", news: () => log.news() }, "text/plain; charset=utf-8");
    this.#send({ kind: "chunk", id, text });
  }

  /** A command in a container: the kubelet has said that it may run, and in which. */
  #run(id: number, { namespace = "", name = "" }: ApiRequest, { container }: JsonObject, query: URLSearchParams): void {
    const host = this.#exec;
    if (host === undefined) return this.#answer(id, refusedAnswer("stream"));
    this.#send({ kind: "accept", id });
    const send = (channel: number, text: string) => this.#send({ kind: "frame", id, channel, text });
    const place = { namespace, pod: name, container: String(container) };
    const stream = new ExecStream(host, place, execOptions(query), send, () => {
      this.#execs.delete(id);
      this.#send({ kind: "end", id });
    });
    if (!stream.over) this.#execs.set(id, stream);
  }

  #open(id: number, stream: Stream, type = "application/json"): void {
    const warning =
      this.clock.mode.kind === "paused"
        ? [["Warning", `299 - "the simulated clock is paused at step ${this.#cluster.steps}"`] as const]
        : [];
    const headers = [["Content-Type", type] as const, ["Cache-Control", "no-cache, private"] as const, ...warning];
    this.#send({ kind: "head", id, status: 200, headers });
    this.#streams.set(id, stream);
    this.#bookmarks ??= setInterval(() => this.#sendBookmarks(), bookmarkMs).unref();
  }

  #sendBookmarks(): void {
    for (const [id, { bookmark }] of this.#streams) {
      if (bookmark !== undefined) this.#send({ kind: "chunk", id, text: bookmark() });
    }
  }

  #answer(id: number, { status, headers, body }: HttpResponse): void {
    const pairs = Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : value.map((one) => [name, one] as const),
    );
    this.#send({ kind: "head", id, status, headers: pairs });
    if (body !== "") this.#send({ kind: "chunk", id, text: body });
    this.#send({ kind: "end", id });
  }

  #end(id: number): void {
    if (this.#close(id)) this.#send({ kind: "end", id });
  }

  #close(id: number): boolean {
    clearTimeout(this.#streams.get(id)?.timer);
    const was = this.#streams.delete(id);
    if (this.#streams.size === 0) {
      clearInterval(this.#bookmarks);
      this.#bookmarks = undefined;
    }
    return was;
  }

  #demand(): "wait" | "follow" | undefined {
    let demand: "wait" | "follow" | undefined;
    for (const stream of this.#streams.values()) {
      if (stream.demand === "follow") return "follow";
      demand = "wait";
    }
    return demand;
  }
}

/** Whether everybody may read a path (the role system:public-info-viewer). */
function isPublic({ pathname }: URL): boolean {
  return pathname === "/version" || pathname === "/version/";
}

/** Whether a time-out is one as Go writes them; none at all is fine. */
function isDuration(text: string): boolean {
  try {
    return text === "" || parseDuration(text) >= 0;
  } catch {
    return false;
  }
}

/** A watch whose events are lines of text. */
function written(cluster: Cluster, watch: WatchRequest, shape: AnswerShape): Pick<Stream, "news" | "bookmark"> {
  const stream = new WatchStream(cluster, watch);
  let first = true;
  const line = (event: WatchEvent) => {
    const text = writeWatchEvent(event, shape, { now: cluster.now, wallTime: rfc3339 }, first);
    first = false;
    return text;
  };
  return {
    news() {
      const { events, ended } = stream.news();
      return { text: events.map(line).join(""), ended };
    },
    ...(watch.bookmarks && { bookmark: () => line(stream.bookmark()) }),
  };
}
