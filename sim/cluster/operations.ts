/**
 * Operations: the only ways in. Each is plain data, recorded with its place, and applied by one function.
 * Models what people and accidents do to a cluster: API requests and faults.
 * Invariant: applying the same operation to the same world has the same effect; nothing else changes a world but steps.
 */
import type { ApiRequest } from "../api/types.ts";
import { forgetNamespace } from "../net/memory.ts";
import { type Cut, cutLink, healLink } from "../time/links.ts";
import { disturbAll, killProcess, startMachine, startProcess, stopMachine } from "../time/processes.ts";
import type { World } from "../time/world.ts";
import type { Trace } from "../trace.ts";
import { type CommandOutput, configureInWorld, traceInWorld } from "./network/operate.ts";
import type { TraceOptions } from "./network/trace-options.ts";
import { readOnlyIo } from "./read-only-io.ts";
import { addWorker, type CompleteOptions, type MachineSize } from "./topology.ts";
import { sendAsUser } from "./user.ts";

/** Something from outside. */
export type Operation =
  | { readonly kind: "request"; readonly request: ApiRequest }
  | { readonly kind: "kill process" | "start process"; readonly process: string }
  | { readonly kind: "stop machine" | "start machine"; readonly machine: string }
  | { readonly kind: "add machine"; readonly zone: number; readonly size: MachineSize }
  | { readonly kind: "cut link" | "heal link"; readonly between: readonly [string, string] }
  | { readonly kind: "trace"; readonly from: string; readonly to: string; readonly options: TraceOptions }
  | { readonly kind: "configure"; readonly place: string; readonly words: readonly string[] };

/** The operation that adds a worker of the options' size. Throws a RangeError for a zone that the cluster has not. */
export function addition({ zones, cpus, memoryGi, podsPerNode }: CompleteOptions, zone: number): Operation {
  if (!Number.isInteger(zone) || zone < 1 || zone > zones)
    throw new RangeError(`there is no zone ${zone}; the cluster's zones are numbered from 1 to ${zones}`);
  return { kind: "add machine", zone, size: { cpus, memoryGi, podsPerNode } };
}

/** What an operation answers: a request's token, whether a fault changed anything, a machine's name, a trace, a command's output. */
export type Applied = number | boolean | string | Trace | CommandOutput;

/** Applies an operation. */
export function applyOperation(world: World, operation: Operation): Applied {
  switch (operation.kind) {
    case "request":
      return sendAsUser(world, operation.request);
    case "kill process":
      return noted(world, operation.kind, operation.process, killProcess(world, operation.process));
    case "start process":
      return noted(world, operation.kind, operation.process, startProcess(world, operation.process));
    case "stop machine":
      forgetNamespace(readOnlyIo(world), operation.machine);
      return noted(world, operation.kind, operation.machine, stopMachine(world, operation.machine));
    case "start machine":
      return noted(world, operation.kind, operation.machine, startMachine(world, operation.machine));
    case "add machine": {
      const name = addWorker(world, operation.zone, operation.size);
      world.note("user", operation.kind, "", "", name);
      return name;
    }
    case "cut link":
    case "heal link": {
      const [a, b] = operation.between;
      const links = world.table<Cut>("links");
      const changed = operation.kind === "cut link" ? cutLink(links, a, b) : healLink(links, a, b);
      if (changed) disturbAll(world);
      return noted(world, operation.kind, `${a} – ${b}`, changed);
    }
    case "trace":
      return traceInWorld(world, operation.from, operation.to, operation.options);
    case "configure":
      return configureInWorld(world, operation.place, operation.words);
  }
}

function noted(world: World, verb: string, what: string, changed: boolean): boolean {
  if (changed) world.note("user", verb, "", "", what);
  return changed;
}
