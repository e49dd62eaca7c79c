/**
 * The other side of the one function that a submission's cells can call: real clusters by number, and the lesson's
 * exercises. A request is a text of JSON, `[call, words]`, and so is the answer. Whatever is wrong with a request is
 * answered with an error; nothing that arrives is used before its form has been checked.
 */
import {
  commandsOf,
  type HttpCall,
  type HttpResult,
  http,
  runCommand,
  runScript,
  type TemplateResult,
} from "../../lessons/api.ts";
import type { Variant } from "../../lessons/engine/variant.ts";
import { Cluster, type ClusterOptions, type Outcome } from "../../sim/index.ts";
import { clusterCall, clusterProperty } from "./cluster-calls.ts";
import { Effort } from "./effort.ts";
import type { LessonDesk } from "./lesson-desk.ts";
import { Place, type PlaceParts } from "./place.ts";
import { checkedWords, clusterNumber } from "./shapes.ts";

/** A command that a cell calls by number: `%kubectl get pods` has no body, `%%yaml` has the rest of its cell. */
export interface Command {
  readonly command: string;
  readonly rest: string;
  readonly body?: string;
}

interface Answered {
  readonly value?: unknown;
  readonly text?: string;
  readonly cluster?: number;
}

const clustersMax = 64;
const nodesMax = 200;
/** What making a cluster costs, in steps. */
const priceOfCluster = 2_000;
const priceOfHandOut = 100;
const requestLengthMax = 2 * 1024 * 1024;

/** A cluster that has been promised under a number. */
class HandedOut {
  readonly number: number;
  readonly place: Place | undefined;

  constructor(number: number, place?: Place) {
    this.number = number;
    this.place = place;
  }
}

/** A request about one cluster. */
interface AboutCluster {
  readonly place: Place;
  readonly call: string;
  readonly number: unknown;
  readonly rest: readonly unknown[];
}

/** Methods whose outcome depends on where cells began, or which hand the cluster out: they are not remembered. */
const goesBack = new Set(["back", "undo", "goto", "fork", "mark"]);

/** The clusters of one submission, and what its cells may ask. */
export class Desk {
  readonly #effort = new Effort();
  readonly #places: Place[] = [];
  readonly #numbers = new Map<Cluster, number>();
  readonly #commands = new Map<number, Command>();
  readonly #lesson: LessonDesk;
  #current: number | undefined;
  readonly #parts: PlaceParts = {
    effort: this.#effort,
    arrived: (cluster, place) => void this.#numbers.set(cluster, this.#places.indexOf(place)),
  };

  constructor(lesson: LessonDesk) {
    this.#lesson = lesson;
  }

  /** Commands of a compiled cell, whose numbers begin at `first`. */
  addCommands(first: number, commands: readonly Command[]): void {
    commands.forEach((command, index) => {
      this.#commands.set(first + index, command);
    });
  }

  /** The start of a cell: for `undo`, and for what it may ask for. */
  begin(): void {
    this.#effort.begin();
    for (const place of this.#places) place.mark();
  }

  /** Lends a cluster of a variant for one call: the current one from now on. The interpreter knows it by the number. */
  lend(variant: () => Variant): { readonly number: number; readonly place: Place } {
    this.#effort.begin();
    return this.#promise(variant);
  }

  /** Answers one request. Never throws. */
  answer(request: string): string {
    return textOf(() => {
      if (request.length > requestLengthMax) throw new RangeError("this is too much at once: ask for less");
      const [call, words] = JSON.parse(request) as [unknown, unknown];
      if (typeof call !== "string" || !Array.isArray(words)) throw new TypeError("no such call");
      const asked = this.#aboutCluster(call, words);
      if (asked === undefined) return this.#textFor(call, words);
      const { place, number, rest } = asked;
      const key = JSON.stringify([asked.call, rest]);
      return place.asked(key, () => textOf(() => this.#textFor(asked.call, [number, ...rest])));
    });
  }

  #textFor(call: string, words: readonly unknown[]): string {
    return JSON.stringify(this.#answered(this.#perform(call, words)), plainNumbers);
  }

  /** A request about one cluster, in a form that names it by its number; undefined for all others. */
  #aboutCluster(call: string, words: readonly unknown[]): AboutCluster | undefined {
    const [first, ...rest] = words;
    const about = (number: unknown, as = call, then: readonly unknown[] = rest): AboutCluster | undefined => {
      const place = typeof number === "number" ? this.#places[number] : undefined;
      return place === undefined ? undefined : { place, call: as, number, rest: then };
    };
    switch (call) {
      case "cluster":
        if (!goesBack.has(String(rest[0]))) return about(first);
        about(first)?.place.leaveTrail();
        return undefined;
      case "property":
      case "one step":
      case "outcome":
        return about(first);
      case "tag":
      case "line":
      case "script":
      case "http":
        return about(numberIn(first) ?? this.#current);
      case "command": {
        const typed = this.#commands.get(Number(first));
        return typed && about(this.#current, ...lineOf(typed));
      }
      default:
        return undefined;
    }
  }

  #answered(value: unknown): Answered {
    if (value instanceof Cluster) return { cluster: this.#admit(value) };
    if (value instanceof HandedOut) return { cluster: value.number };
    if (typeof value !== "object" || value === null) return { value };
    const printsItself = !Array.isArray(value) && value.toString !== Object.prototype.toString;
    return printsItself ? { value, text: String(value) } : { value };
  }

  #admit(cluster: Cluster): number {
    if (!this.#numbers.has(cluster)) this.#requireRoom();
    return this.#known(cluster);
  }

  #requireRoom(): void {
    if (this.#places.length >= clustersMax)
      throw new RangeError(`a notebook makes at most ${clustersMax} clusters while it is graded`);
  }

  #known(cluster: Cluster): number {
    const number = this.#numbers.get(cluster) ?? this.#places.push(new Place(cluster, this.#parts)) - 1;
    this.#numbers.set(cluster, number);
    return number;
  }

  #perform(call: string, words: readonly unknown[]): unknown {
    this.#effort.pay(1);
    switch (call) {
      case "cluster":
        return this.#method(words);
      case "property":
        return clusterProperty(this.#cluster(words[0]), words[1]);
      case "one step":
        return this.#effort.stepping(this.#cluster(words[0]), () => this.#cluster(words[0]).step(1).steps > 0);
      case "outcome":
        return this.#outcome(words);
      case "create":
        return this.#create(words);
      case "use":
        return this.#use(clusterNumber(words[0]));
      case "current":
        return new HandedOut(this.#now());
      case "tag":
        return this.#tag(words);
      case "http":
        return this.#http(words);
      case "line":
        return this.#line(words);
      case "script":
        return this.#script(words);
      case "command":
        this.#now();
        throw new TypeError("there is no such command");
      default:
        return this.#lesson.perform(call, words, (variant) => this.#handOut(variant));
    }
  }

  #cluster(number: unknown): Cluster {
    return this.#place(number).cluster;
  }

  #place(number: unknown): Place {
    const found = typeof number === "number" ? this.#places[number] : undefined;
    if (found === undefined) throw new TypeError("this is no cluster: make one with orrery.create()");
    return found;
  }

  #now(): number {
    if (this.#current === undefined) throw new Error("there is no cluster yet; make one with orrery.create()");
    return this.#current;
  }

  #use(number: unknown): HandedOut {
    this.#place(number);
    this.#current = number as number;
    return new HandedOut(this.#current);
  }

  /** A cluster of an exercise: the current one from now on. */
  #handOut(variant: () => Variant): HandedOut {
    this.#effort.pay(priceOfHandOut);
    this.#requireRoom();
    const { number, place } = this.#promise(variant);
    return new HandedOut(number, place);
  }

  #promise(variant: () => Variant): { readonly number: number; readonly place: Place } {
    const place = new Place(variant, this.#parts);
    const number = this.#places.push(place) - 1;
    this.#current = number;
    return { number, place };
  }

  #method([number, name, given]: readonly unknown[]): unknown {
    const call = clusterCall(name);
    if (call === undefined || !Array.isArray(given)) throw new TypeError("a cluster has no such method");
    return call.run(this.#cluster(number), checkedWords(String(name), call.takes, given), this.#effort);
  }

  #outcome([number, first, reached]: readonly unknown[]): Outcome {
    const cluster = this.#cluster(number);
    const steps = cluster.steps - Number(first);
    return reached === true ? { reached, steps, pending: [] } : { ...cluster.settle(0), reached: false, steps };
  }

  #create([how, options = {}]: readonly unknown[]): Cluster {
    checkedWords("create", ["object"], [options]);
    const { zones = 1, workersPerZone = 2 } = options as ClusterOptions;
    if (!(zones * workersPerZone <= nodesMax))
      throw new RangeError(`while a notebook is graded, a cluster has at most ${nodesMax} workers`);
    this.#effort.pay(priceOfCluster);
    const cluster =
      how === "empty" ? Cluster.empty(options as ClusterOptions) : Cluster.create(options as ClusterOptions);
    if (how !== "build") this.#current = this.#admit(cluster);
    return cluster;
  }

  #tag([number, name, raw, values]: readonly unknown[]): TemplateResult {
    const cluster = this.#chosen(number);
    const tags = commandsOf(cluster);
    if (typeof name !== "string" || !Object.hasOwn(tags, name)) throw new TypeError("there is no such command");
    checkedWords(name, ["texts"], [raw]);
    if (!Array.isArray(values)) throw new TypeError("a template has a list of values");
    const parts = Object.assign([...(raw as string[])], { raw: raw as string[] });
    return this.#effort.stepping(cluster, () => tags[name as keyof typeof tags](parts, ...values));
  }

  #http([cluster, call]: readonly unknown[]): HttpResult {
    const [{ method, path, agent, headers = {}, body }] = checkedWords("http", ["object"], [call]) as [HttpCall];
    for (const text of [path, method ?? "", agent ?? "", ...Object.values(headers)])
      checkedWords("http", ["text"], [text]);
    const on = this.#chosen(cluster);
    const sent: HttpCall = {
      path,
      headers,
      body: body ?? undefined,
      ...(method == null ? {} : { method }),
      ...(agent == null ? {} : { agent }),
    };
    return this.#effort.stepping(on, () => http(sent, on));
  }

  #line([cluster, line, stdin]: readonly unknown[]): TemplateResult {
    const [text, input] = checkedWords("runCommand", ["text", "text?"], [line, stdin]) as [string, string | undefined];
    const on = this.#chosen(cluster);
    return this.#effort.stepping(on, () => runCommand(text, on, input));
  }

  #script([cluster, script]: readonly unknown[]): TemplateResult {
    const [text] = checkedWords("runScript", ["text"], [script]) as [string];
    const on = this.#chosen(cluster);
    return this.#effort.stepping(on, () => runScript(text, on));
  }

  #chosen(number: unknown): Cluster {
    return this.#cluster(number === null || number === undefined ? this.#now() : numberIn(number));
  }
}

/** A cluster's number, in whichever of the two forms it comes. */
function numberIn(value: unknown): number | undefined {
  return typeof value === "number" ? value : clusterNumber(value);
}

/** `%kubectl …`, `%%yaml` and `%%sh`, as a notebook runs them. */
function lineOf({ command, rest, body = "" }: Command): readonly [call: string, words: readonly unknown[]] {
  if (command === "sh") return ["script", [body]];
  return command === "yaml"
    ? ["line", [`kubectl apply ${rest} -f -`.replace("  ", " "), body]]
    : ["line", [`${command} ${rest}`]];
}

/** The text of an answer, or of the error in its place. */
function textOf(answer: () => string): string {
  try {
    return answer();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error("something went wrong");
    return JSON.stringify({ error: { name, message: String(message) } });
  }
}

/** JSON has no whole numbers beyond a number's; what the simulation holds as bigint fits into one for people to read. */
function plainNumbers(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
