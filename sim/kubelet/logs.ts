/**
 * What `kubectl logs` reads: the lines that a container has written, made when somebody looks.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet.go GetKubeletContainerLogs and validateContainerLogStatus for the refusals;
 * what common images print when they start, from their sources' format strings.
 * Left out: time-dependent noise of servers; rotation by size: here the newest 2,000 lines are kept.
 * Invariant: a pure function of the container's row, its command and the time, plus the stored lines (see `appendLog`).
 */
import type { Container } from "../api/kinds/container.ts";
import type { Io } from "../time/component.ts";
import { imageName } from "./behaviour.ts";
import { commandLine, type Variables } from "./command-line.ts";
import type { ContainerRow } from "./cri.ts";
import { isScript, type LogLine, linesMax, scriptLines } from "./script-lines.ts";
import { startLines, unboundLines } from "./start-lines.ts";

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

/** Where a container runs, as far as its log tells. */
export interface LogSurroundings {
  /** The pod's address. */
  readonly address: string;
  readonly variables: Variables;
}

/** The lines that a container has written by now, oldest first; the newest 2,000 at most. */
export function logLines(
  io: Io,
  container: Container,
  row: ContainerRow,
  { address, variables }: LogSurroundings,
): readonly LogLine[] {
  if (row.state === "starting") return [];
  const end = row.state === "exited" ? row.finishedAt : io.now;
  const words = commandLine(container, variables);
  const isServer = container.command === undefined && !isScript(words);
  const derived = [
    ...(isServer ? serverLines(container, row, address) : scriptLines(words, { row, end, variables })),
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
