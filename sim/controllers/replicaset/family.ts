/**
 * The two kinds that one loop keeps: ReplicaSets, and ReplicationControllers seen as ReplicaSets.
 * Source: Kubernetes 1.32, pkg/controller/replication/{replication_controller,conversion}.go.
 * Left out: nothing.
 * Invariant: the view of one object is one value, so that what is shared by identity stays shared.
 */
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import type { ReplicationController } from "../../api/kinds/replication-controller.ts";
import type { KubeObject } from "../../api/types.ts";
import { splitKey } from "../../client/controller.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";
import { replicaSets, replicationControllers, type Served } from "../request-forms.ts";

/** One of the kinds: its controller's name, and the way between an object and its view as a ReplicaSet. */
export interface ReplicaFamily {
  readonly name: string;
  readonly kind: string;
  readonly served: Served;
  view(object: KubeObject): ReplicaSet;
  /** What to send for a changed view. */
  original(view: ReplicaSet): KubeObject;
}

/** ReplicaSets are what they are. */
export const replicaSetFamily: ReplicaFamily = {
  name: "replicaset-controller",
  kind: "ReplicaSet",
  served: replicaSets,
  view: (object) => object as ReplicaSet,
  original: (view) => view,
};

const views = new WeakMap<KubeObject, ReplicaSet>();

function viewOf(object: KubeObject): ReplicaSet {
  const known = views.get(object);
  if (known !== undefined) return known;
  const { spec, ...rest } = object as ReplicationController;
  const { selector, ...same } = spec;
  const view: ReplicaSet = { ...rest, spec: { ...same, selector: { matchLabels: selector ?? {} } } };
  views.set(object, view);
  return view;
}

/** ReplicationControllers select by a plain map. */
export const replicationFamily: ReplicaFamily = {
  name: "replication-controller",
  kind: "ReplicationController",
  served: replicationControllers,
  view: viewOf,
  original({ spec, ...rest }) {
    const { selector, ...same } = spec;
    const controller: ReplicationController = { ...rest, spec: { ...same, selector: selector.matchLabels ?? {} } };
    return controller;
  },
};

/** The view of the object of a workqueue key. */
export function replicaOf(io: Io, family: ReplicaFamily, key: string): ReplicaSet | undefined {
  const object = lookUp<KubeObject>(io, family.served.resource, ...splitKey(key));
  return object && family.view(object);
}

/** The views of all objects of a kind in a namespace. */
export function allOf(io: Io, family: ReplicaFamily, namespace: string): readonly ReplicaSet[] {
  return listAll<KubeObject>(io, family.served.resource, namespace).map((object) => family.view(object));
}
