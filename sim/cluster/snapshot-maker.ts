/**
 * Makes snapshots: one immutable picture of a moment for views and checks.
 * Models no upstream code; no real cluster can be seen whole at one instant.
 * Invariant: reads only; what a process is doing is its last line in the journal.
 */

import type { DeliverBody, RequestBody, ResponseBody } from "../api/server/protocol.ts";
import { objectsAt, storeOf } from "../api/server/storage.ts";
import type { ApiRequest, KubeObject } from "../api/types.ts";
import type { JournalEntry, MachineSnapshot, MessageSnapshot, ProcessSnapshot, Snapshot } from "../snapshot.ts";
import type { Cut } from "../time/links.ts";
import { hashText } from "../time/state-hash.ts";
import type { TimelineEvent } from "../time/timeline.ts";
import type { World } from "../time/world.ts";
import { namespaceSnapshots } from "./network/snapshot.ts";
import { readOnlyIo } from "./read-only-io.ts";
import { userProcess } from "./user.ts";

/** How many journal lines are looked through for what each process did last. */
const linesLookedAt = 4_000;

/** A snapshot of a world; `sinceStep`: messages and journal of the steps after it, by default of the last one. */
export function makeSnapshot(world: World, sinceStep: number = world.steps - 1): Snapshot {
  const io = readOnlyIo(world);
  const store = storeOf(io);
  const revision = store.revision;
  const journal = world.journal.between(sinceStep + 1);
  const dropped = new Set(journal.filter((entry) => entry.verb === "lose").map((entry) => entry.step));
  const known = new Map<string, readonly KubeObject[]>();
  const frozen = world.fork();
  const frozenIo = readOnlyIo(frozen);
  return {
    step: world.steps,
    now: world.now,
    revision,
    seed: world.options.seed,
    hash: hashText(world.rollingHash),
    machines: machines(world),
    processes: processes(world),
    cutLinks: [...world.table<Cut>("links").entries()].map(([, cut]) => cut),
    messages: messages(world, sinceStep, dropped),
    journal,
    objects(resource) {
      let objects = known.get(resource);
      if (objects === undefined) {
        objects = [...objectsAt(frozenIo, resource, revision)];
        known.set(resource, objects);
      }
      return objects;
    },
    namespaces: (machine) => namespaceSnapshots(frozenIo, machine),
  };
}

function machines(world: World): MachineSnapshot[] {
  const rows: MachineSnapshot[] = [];
  for (const [name, { role, zone, up }] of world.machines.entries()) {
    if (role !== "outside") rows.push({ name, role, zone, up });
  }
  return rows;
}

function processes(world: World): ProcessSnapshot[] {
  const last = new Map<string, JournalEntry>();
  let looked = 0;
  for (const entry of world.journal.newestFirst()) {
    if (looked++ >= linesLookedAt) break;
    if (!last.has(entry.actor)) last.set(entry.actor, entry);
  }
  const rows: ProcessSnapshot[] = [];
  for (const [id, { component, machine, running }] of world.processes.entries()) {
    if (id === userProcess) continue;
    const entry = last.get(id);
    rows.push({
      id,
      component,
      machine,
      running,
      doing: entry === undefined ? "" : doing(entry),
      doingStep: entry?.step ?? -1,
    });
  }
  return rows;
}

function doing({ verb, object, message }: JournalEntry): string {
  const name = object.slice(object.lastIndexOf("/") + 1);
  if (object === "") return message === "" ? verb : `${verb}: ${message}`;
  return `${verb} ${object.slice(0, object.indexOf("/"))} ${name}`;
}

function messages(world: World, sinceStep: number, dropped: ReadonlySet<number>): MessageSnapshot[] {
  const rows: MessageSnapshot[] = [];
  for (let step = Math.max(sinceStep + 1, world.journal.firstStep); step <= world.steps; step++) {
    const event = world.journal.eventOf(step);
    if (event !== undefined) rows.push(message(step, event, dropped.has(step)));
  }
  for (const event of world.timeline.pending()) {
    if (event.cause > sinceStep && event.from !== event.to) rows.push(message(event.cause, event, false));
  }
  return rows;
}

function message(step: number, event: TimelineEvent, dropped: boolean): MessageSnapshot {
  const kind = event.from === event.to && event.body.kind !== "start" ? "timer" : event.body.kind;
  return { step, from: event.from, to: event.to, kind, label: labelOf(event), dropped };
}

/** A few words for an event, e.g. "create pods default/web", "201", "watch: 2 pods". */
export function labelOf(event: TimelineEvent): string {
  const { body } = event;
  switch (body.kind) {
    case "request":
      return requestLabel((body as RequestBody).request);
    case "response":
      return String((body as ResponseBody).response.code);
    case "deliver": {
      const { changes, resource, listed } = body as DeliverBody;
      return listed ? `list of ${resource}` : `watch: ${changes.length} ${resource}`;
    }
    case "work": {
      const { controller, key } = body as { kind: "work"; controller: string; key: string };
      return `${controller}: ${key}`;
    }
    default:
      return body.kind;
  }
}

function requestLabel({ verb, resource, subresource, namespace, name }: ApiRequest): string {
  const what = subresource === undefined ? resource : `${resource}/${subresource}`;
  const where = [namespace, name].filter((part) => part !== undefined && part !== "").join("/");
  return where === "" ? `${verb} ${what}` : `${verb} ${what} ${where}`;
}
