/**
 * What `kubectl logs` reads: the lines that a container has written, made when somebody looks.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet.go GetKubeletContainerLogs and validateContainerLogStatus for the refusals;
 * what common images print when they start, from their sources' format strings.
 * Left out: time-dependent noise of servers; rotation by size: here the newest 2,000 lines are kept.
 * Invariant: a pure function of the container's row, its command and the time, plus the stored lines (see `appendLog`).
 */
import type { Container } from "../api/kinds/container.ts";
import type { Io } from "../time/component.ts";
import { type Duration, type Instant, rfc3339, second } from "../time/instant.ts";
import { imageName } from "./behaviour.ts";
import type { ContainerRow } from "./cri.ts";
import { startLines, unboundLines } from "./start-lines.ts";

/** One line of a container's log. */
export interface LogLine {
  readonly at: Instant;
  readonly text: string;
}

/** As many lines of a log are kept, the newest ones: what is older has been rotated away. */
const linesMax = 2_000;

function stored(io: Io) {
  return io.sorted<LogLine>("container logs");
}

/** How many lines each container has been given, dropped ones included. */
function counts(io: Io) {
  return io.table<number>("container log counts");
}

function lineKey(containerId: string, number: number): string {
  return `${containerId}|${String(number).padStart(9, "0")}`;
}

/**
 * Adds a line to a container's log, e.g. the access line of a request that reached it. The one door for lines that can't
 * be derived; they are forgotten with the container's id.
 */
export function appendLog(io: Io, containerId: string, text: string): void {
  const before = counts(io).get(containerId) ?? 0;
  counts(io).set(containerId, before + 1);
  stored(io).set(lineKey(containerId, before), { at: io.now, text });
  if (before >= linesMax) stored(io).delete(lineKey(containerId, before - linesMax));
}

/** Forgets the stored lines of a container that is removed. */
export function forgetLog(io: Io, containerId: string): void {
  if (!counts(io).delete(containerId)) return;
  for (const [key] of [...stored(io).range(`${containerId}|`, `${containerId}}`)]) stored(io).delete(key);
}

/** The lines that a container has written by now, oldest first; the newest 2,000 at most. */
export function logLines(io: Io, container: Container, row: ContainerRow, address: string): readonly LogLine[] {
  if (row.state === "starting") return [];
  const end = row.state === "exited" ? row.finishedAt : io.now;
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  const isServer = container.command === undefined && !isScript(words);
  const derived = [
    ...(isServer ? serverLines(container, row, address) : scriptLines(words, row, end)),
    ...failure(container, row),
  ];
  const added = [...stored(io).range(`${row.id}|`, `${row.id}}`)].map(([, line]) => line);
  const lines = [...derived, ...added].filter((line) => line.at <= end).sort((a, b) => a.at - b.at);
  return lines.slice(-linesMax);
}

function serverLines(container: Container, row: ContainerRow, address: string): readonly LogLine[] {
  const facts = { image: container.image ?? "", address, hostname: container.name, startedAt: row.startedAt };
  const lines = startLines(imageName(facts.image), facts, row.portTaken === undefined);
  return lines.map((text) => ({ at: row.startedAt, text }));
}

/** What a server says last that could not have its port. */
function failure({ image = "" }: Container, { portTaken, startedAt }: ContainerRow): readonly LogLine[] {
  if (portTaken === undefined) return [];
  return unboundLines(imageName(image), portTaken.port, startedAt).map((text) => ({ at: startedAt, text }));
}

const shells = /^(\/bin\/)?(ba|da|a)?sh$/;

function isScript(words: readonly string[]): boolean {
  return shells.test(words[0] ?? "") || words[0] === "echo" || words[0] === "date";
}

/** What `sh -c` prints of `echo`, `date` and `printf` between its sleeps; an endless loop is followed as far as time went. */
function scriptLines(words: readonly string[], row: ContainerRow, end: Instant): readonly LogLine[] {
  const isShell = shells.test(words[0] ?? "");
  const script = isShell ? words.slice(2).join(" ") : words.map(quoted).join(" ");
  const loop = /^([\s\S]*?)\bwhile\s+(?:true|:|\[ 1 \])\s*;?\s*do\b([\s\S]*?)\bdone\b/.exec(script);
  const lines: LogLine[] = [];
  const after = follow(loop?.[1] ?? script, row.startedAt, lines);
  if (loop?.[2] !== undefined) followLoop(loop[2], after, lines, end);
  return lines;
}

/** Runs the body of an endless loop until an instant: its last rounds, and nothing from before them if any are left out. */
function followLoop(body: string, from: Instant, lines: LogLine[], end: Instant): void {
  const once: LogLine[] = [];
  const roundUs = follow(body, 0, once);
  if (once.length === 0 || roundUs <= 0 || end < from) return;
  const last = Math.floor((end - from) / roundUs);
  // One more than fit, since the last one may not be over.
  const first = Math.max(0, last - Math.ceil(linesMax / once.length));
  if (first > 0) lines.length = 0;
  for (let round = first; round <= last; round++) {
    const start = from + round * roundUs;
    for (const line of once) lines.push({ at: start + line.at, text: line.text.replace(timeMark, dateAt(start)) });
  }
}

const timeMark = "\u0000";

/** Walks the commands of a script and collects what they print; answers the instant at which it ends. */
function follow(script: string, from: Instant, lines: LogLine[]): Instant {
  let at = from;
  for (const part of script.split(/;|&&|\n/).map((text) => text.trim())) {
    const [program = "", ...rest] = wordsOf(part);
    if (program === "sleep") at += sleepUs(rest[0] ?? "");
    if (program === "echo") lines.push({ at, text: said(rest.filter((word) => word !== "-n").join(" "), from, at) });
    if (program === "date") lines.push({ at, text: said("$(date)", from, at) });
    if (program === "exit") return at;
  }
  return at;
}

function said(text: string, from: Instant, at: Instant): string {
  return text.replace(/\$\(date[^)]*\)|`date[^`]*`/g, from === 0 ? timeMark : dateAt(at));
}

function dateAt(at: Instant): string {
  const [date = "", time = ""] = rfc3339(at).replace("Z", "").split("T");
  return `${date} ${time} UTC`;
}

function sleepUs(text: string): Duration {
  const match = /^(\d+(?:\.\d+)?)([smh]?)$/.exec(text);
  const unit = { "": second, s: second, m: 60 * second, h: 3600 * second }[match?.[2] ?? ""] ?? second;
  return match === null ? 365 * 24 * 3600 * second : Math.round(Number(match[1]) * unit);
}

function wordsOf(text: string): readonly string[] {
  return (text.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^(["'])([\s\S]*)\1$/, "$2"));
}

function quoted(word: string): string {
  return /[\s;]/.test(word) ? `"${word}"` : word;
}
