/**
 * Why something is as it is: the chain of causes behind the newest journal line about an object.
 * Models no upstream code; no real cluster records it.
 * Invariant: each line's cause is an earlier step or an operation, so the chain ends.
 */
import type { JournalEntry } from "../snapshot.ts";
import type { RecordedOperation } from "../time/history.ts";
import type { World } from "../time/world.ts";
import type { Operation } from "./operations.ts";
import { labelOf } from "./snapshot-maker.ts";

const chainMax = 200;
const aliases: Readonly<Record<string, string>> = {
  po: "pod",
  pods: "pod",
  deploy: "deployment",
  endpointslices: "endpointslice",
  services: "service",
  svc: "service",
  deployments: "deployment",
  rs: "replicaset",
  replicasets: "replicaset",
  no: "node",
  nodes: "node",
  ns: "namespace",
  namespaces: "namespace",
};
const clusterScoped = new Set(["node", "namespace"]);

/** The journal's name of an object: "pod/web" → "pod/default/web", "node/worker-1" → "node//worker-1". */
function journalName(text: string): string {
  const parts = text.split("/");
  const kind = aliases[parts[0] as string] ?? (parts[0] as string);
  if (parts.length === 3) return `${kind}/${parts[1]}/${parts[2]}`;
  return clusterScoped.has(kind) ? `${kind}//${parts[1]}` : `${kind}/default/${parts[1]}`;
}

/**
 * The chain of causes that led to the newest line about an object, oldest first. Empty if nothing is known of it.
 * A step without a line of its own is named by the event that it handled.
 */
export function causesOf(
  world: World,
  object: string,
  operations: readonly RecordedOperation<Operation>[],
): JournalEntry[] {
  const newest = newestAbout(world, journalName(object));
  if (newest === undefined) return [];
  const chain: JournalEntry[] = [newest];
  let { cause } = newest;
  while (cause > 0 && chain.length < chainMax) {
    const entry = entryOf(world, cause);
    if (entry === undefined) break;
    chain.push(entry);
    cause = entry.cause;
  }
  const operation = cause < 0 ? operations[-(cause + 1)] : undefined;
  if (operation !== undefined) chain.push(operationEntry(operation, cause));
  return chain.reverse();
}

function newestAbout(world: World, object: string): JournalEntry | undefined {
  for (const entry of world.journal.newestFirst()) if (entry.object === object) return entry;
  return undefined;
}

function entryOf(world: World, step: number): JournalEntry | undefined {
  const event = world.journal.eventOf(step);
  if (event === undefined) return undefined;
  const [entry] = world.journal.between(step, step + 1);
  if (entry !== undefined) return entry;
  return {
    step,
    at: event.at,
    actor: event.to,
    verb: event.body.kind,
    object: "",
    reason: "",
    message: labelOf(event),
    cause: event.cause,
  };
}

function operationEntry({ beforeStep, at, operation }: RecordedOperation<Operation>, cause: number): JournalEntry {
  const base = { step: beforeStep, at, actor: "user", object: "", reason: "", cause };
  switch (operation.kind) {
    case "request": {
      const { verb, resource, name = "", namespace = "", userAgent } = operation.request;
      return {
        ...base,
        verb,
        message: `${userAgent}: ${verb} ${resource} ${namespace === "" ? name : `${namespace}/${name}`}`,
      };
    }
    case "kill process":
    case "start process":
      return { ...base, verb: operation.kind, message: operation.process };
    case "stop machine":
    case "start machine":
      return { ...base, verb: operation.kind, message: operation.machine };
    case "add machine":
      return { ...base, verb: operation.kind, message: `a worker in zone ${operation.zone}` };
    case "trace":
      return { ...base, verb: operation.kind, message: `${operation.from} → ${operation.to}` };
    case "configure":
      return { ...base, verb: operation.kind, message: `${operation.place}: ${operation.words.join(" ")}` };
    case "cut link":
    case "heal link":
      return { ...base, verb: operation.kind, message: operation.between.join(" – ") };
  }
}
