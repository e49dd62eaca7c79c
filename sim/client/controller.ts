/**
 * Controllers, and the process that runs several of them on shared informers.
 * Source: Kubernetes 1.32, cmd/kube-controller-manager and the pattern of every loop under pkg/controller: informer →
 * workqueue → reconcile. Left out: several workers on one queue.
 * A controller is level-based: `reconcile` gets a key, looks at what the process has seen, and does the next thing
 * towards what is wanted, whatever the events were. Example: three pods deleted at once are three changes, one key,
 * one reconcile that creates three.
 * Invariant: a controller keeps no fields; a key is never handed out before all its resources are listed.
 */
import type { DeliverBody, ResponseBody } from "../api/server/protocol.ts";
import type { ApiResponse, Json, KubeObject } from "../api/types.ts";
import type { Component, Io, LostBody } from "../time/component.ts";
import type { Body } from "../time/timeline.ts";
import {
  allSynced,
  type Change,
  dropInformers,
  informerEvent,
  onDisturbed,
  startInformer,
  takeDelivery,
} from "./informer.ts";
import { lostContext } from "./requests.ts";
import { dropQueues, enqueueAfter, takeWork, type WorkBody } from "./workqueue.ts";

/** What an answer was for: every context that a controller sends names the controller. */
export interface ControllerContext {
  readonly controller: string;
  readonly [field: string]: Json;
}

/** One loop. All methods get the `Io` of the process that runs it. */
export interface Controller {
  /** Upstream's name, e.g. "replicaset-controller"; also the name of its workqueue. */
  readonly name: string;
  /** Resources that it watches. */
  readonly resources: readonly string[];
  /** An object has changed as far as this process has seen: put the keys that it concerns in the queue. */
  changed(io: Io, change: Change): void;
  /** Brings the object of this key nearer to what is wanted. */
  reconcile(io: Io, key: string): void;
  /** A request that this controller sent was answered. `undefined`: no answer came. */
  answered?(io: Io, context: ControllerContext, response: ApiResponse | undefined): void;
  /** Everything has been listed for the first time in this incarnation. */
  synced?(io: Io): void;
  /** A timer that this controller set (its body has `controller: name`). */
  timer?(io: Io, body: ControllerTimer): void;
  /** Machines, links or processes have changed. */
  disturbed?(io: Io): void;
}

/** A timer of a controller; set with `io.after`. */
export interface ControllerTimer extends Body {
  readonly kind: "controller timer";
  readonly controller: string;
  readonly name: string;
  readonly key: string;
  readonly periodic?: true;
}

/** A process made of controllers that share informers. */
export function controllerProcess(name: string, controllers: readonly Controller[]): Component {
  const resources = [...new Set(controllers.flatMap((controller) => controller.resources))];
  const byName = new Map(controllers.map((controller) => [controller.name, controller]));
  const process: ControllerProcess = { resources, controllers, byName };
  return {
    name,
    start(io) {
      dropQueues(io);
      for (const resource of resources) startInformer(io, resource);
    },
    handle: (body, io) => handle(process, body, io),
    disturbed(io) {
      onDisturbed(io);
      for (const controller of controllers) controller.disturbed?.(io);
    },
    closed: dropInformers,
  };
}

/** How often a worker looks whether the caches are synced (client-go's syncedPollPeriod). */
const notSyncedDelayUs = 100_000;

interface ControllerProcess {
  readonly resources: readonly string[];
  readonly controllers: readonly Controller[];
  readonly byName: ReadonlyMap<string, Controller>;
}

function handle(process: ControllerProcess, body: Body, io: Io): void {
  if (informerEvent(io, body)) return;
  switch (body.kind) {
    case "deliver":
      return deliver(process, body as DeliverBody, io);
    case "work": {
      const work = body as WorkBody;
      if (!takeWork(io, work)) return;
      if (!allSynced(io, process.resources)) return enqueueAfter(io, work.controller, work.key, notSyncedDelayUs);
      return process.byName.get(work.controller)?.reconcile(io, work.key);
    }
    case "response": {
      const { context, response } = body as ResponseBody;
      return answer(process, io, context, response);
    }
    case "controller timer": {
      const timer = body as ControllerTimer;
      return process.byName.get(timer.controller)?.timer?.(io, timer);
    }
    case "lost": {
      const context = lostContext(body as LostBody);
      return context === undefined ? undefined : answer(process, io, context, undefined);
    }
    default:
      throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
  }
}

function deliver(process: ControllerProcess, body: DeliverBody, io: Io): void {
  const syncedBefore = allSynced(io, process.resources);
  const changes = takeDelivery(io, body);
  for (const change of changes) {
    for (const controller of process.controllers) {
      if (controller.resources.includes(change.resource)) controller.changed(io, change);
    }
  }
  if (!syncedBefore && allSynced(io, process.resources))
    for (const controller of process.controllers) controller.synced?.(io);
}

function answer(process: ControllerProcess, io: Io, context: Json, response: ApiResponse | undefined): void {
  const known = context as ControllerContext;
  process.byName.get(known.controller)?.answered?.(io, known, response);
}

/** `namespace/name`, the key of a namespaced object in a workqueue; just the name for others. */
export function keyOf(object: KubeObject): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Splits a key of `keyOf` into namespace ("" if none) and name. */
export function splitKey(key: string): readonly [string, string] {
  const slash = key.indexOf("/");
  return slash < 0 ? ["", key] : [key.slice(0, slash), key.slice(slash + 1)];
}
