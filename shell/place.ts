/**
 * Where a command runs. The text form is the one that `cluster.trace` takes: "outside", "node/worker-1", "pod/default/web-1".
 */
export type Place = { readonly kind: "outside" } | { readonly kind: "node"; readonly name: string } | ContainerPlace;

/** A container of a running pod, as an exec has found it. */
export interface ContainerPlace {
  readonly kind: "container";
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** As the pod's spec names it, e.g. "nginx:1.27". */
  readonly image: string;
  /** Runs with a node's own namespaces and programs: a `kubectl debug node/…` pod. */
  readonly node?: string;
}

/** The user's own machine. */
export const OUTSIDE: Place = { kind: "outside" };

/** A place as the simulation's network names it: a container is its pod. */
export function placeText(place: Place): string {
  switch (place.kind) {
    case "outside":
      return "outside";
    case "node":
      return `node/${place.name}`;
    case "container":
      return place.node === undefined ? `pod/${place.namespace}/${place.pod}` : `node/${place.node}`;
  }
}
