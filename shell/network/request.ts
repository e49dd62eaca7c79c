import type { Leg, Trace, TraceOutcome } from "../../sim/trace.ts";
import type { TraceOptions } from "../client.ts";
import type { Terminal } from "../command.ts";
import { placeText } from "../place.ts";

/** How one request on the network went, as the program that sent it sees it. */
export interface Sent {
  readonly trace: Trace;
  readonly outcome: TraceOutcome;
  /** The address that the name stood for, or the address itself; "" when no name server knew it. */
  readonly address: string;
  /** What became of the name: found, unknown, or no name server answered. */
  readonly name: "found" | "unknown" | "unanswered";
  /** Milliseconds until the sender knew. */
  readonly ms: number;
}

/** Sends a request from the terminal's place; never fails: what went wrong is in the answer. */
export function send(terminal: Terminal, to: string, options?: TraceOptions): Sent {
  const trace = terminal.client.network.trace(placeText(terminal.place), to, options);
  const { legs, outcome } = trace;
  const request = legs.find((leg) => leg.purpose === "request");
  const address = request === undefined ? addressIn(to) : request.target.replace(/:\d+$/, "");
  const lookups = legs.filter((leg) => leg.purpose === "lookup");
  const name = request !== undefined || lookups.length === 0 ? "found" : nameState(lookups, outcome);
  const isUnknown = outcome.kind === "name not found" && name === "found";
  return { trace, outcome, address, name: isUnknown ? "unknown" : name, ms: milliseconds(outcome.afterUs) };
}

function nameState(lookups: readonly Leg[], outcome: TraceOutcome): Sent["name"] {
  if (outcome.kind === "name not found") return "unknown";
  return lookups.every((leg) => leg.answer === "") ? "unanswered" : "unknown";
}

/** The address of a target that is none by name. */
function addressIn(to: string): string {
  return /(\d+\.\d+\.\d+\.\d+)/.exec(to)?.[1] ?? "";
}

/** Microseconds as whole milliseconds, at least 0. */
function milliseconds(us: number): number {
  return Math.round(us / 1000);
}

/** Seconds, as a learner writes them, in microseconds; undefined for a text that is no number. */
export function secondsUs(text: string | undefined): number | undefined {
  const seconds = Number(text);
  return text === undefined || text === "" || Number.isNaN(seconds) ? undefined : Math.round(seconds * 1_000_000);
}

/** Whether a text is an IPv4 address and needs no name server. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text);
}

/** The first address of the place itself, for lines that name the sender. */
export function ownAddress(terminal: Terminal): string {
  const space = terminal.client.network.namespace(placeText(terminal.place));
  const device = space?.interfaces.find((one) => one.kind !== "loopback" && one.addresses.length > 0);
  return device?.addresses[0]?.split("/")[0] ?? "127.0.0.1";
}
