/** What the picture of a node's inside shows at one moment: its own namespace, the pods that fit, and the tables. */
import type { InterfaceSnapshot, NamespaceSnapshot, Snapshot } from "../../sim/snapshot.ts";
import { objectKey } from "../cluster-model.ts";
import { compareNatural } from "../order.ts";
import { sectionsOf, type TableSection } from "./tables.ts";

/** A pod's namespace with its key and the device at the host's end of its cable. */
export interface PodSpace {
  readonly space: NamespaceSnapshot;
  readonly key: string;
  readonly name: string;
  readonly namespace: string;
  readonly isNew: boolean;
  /** Place in the row of pods, the same in all moments. */
  readonly slot: number;
  /** Host's end of the veth pair; undefined when there is none. */
  readonly cable: InterfaceSnapshot | undefined;
}

/** One moment. */
export interface Inside {
  readonly snapshot: Snapshot;
  readonly host: NamespaceSnapshot | undefined;
  readonly pods: readonly PodSpace[];
  readonly hiddenPods: number;
  readonly sections: readonly TableSection[];
  /** Keys of interfaces that are new or look different from the moment before. */
  readonly changed: ReadonlySet<string>;
}

/** What was asked for. */
export interface Wanted {
  readonly machine: string;
  readonly pod: string | undefined;
  readonly tables: readonly string[] | undefined;
  readonly podsMax: number;
}

/** Key of an interface. */
export function interfaceKey(space: NamespaceSnapshot, device: InterfaceSnapshot): string {
  return `interface/${space.name}/${device.name}`;
}

const looks = (device: InterfaceSnapshot): string =>
  [device.up, device.mtu, device.mac, ...(device.addresses ?? [])].join(" ");

function changedInterfaces(now: readonly NamespaceSnapshot[], before: readonly NamespaceSnapshot[]): Set<string> {
  const known = new Map<string, string>();
  const seen = (space: NamespaceSnapshot): readonly InterfaceSnapshot[] => space.interfaces ?? [];
  for (const space of before) for (const device of seen(space)) known.set(interfaceKey(space, device), looks(device));
  const changed = new Set<string>();
  for (const space of now) {
    for (const device of seen(space)) {
      const key = interfaceKey(space, device);
      if (known.get(key) !== looks(device)) changed.add(key);
    }
  }
  return changed;
}

/** Pods in the order in which they get a frame: the one asked for, then those that a moment has changed, then by name. */
function podOrder(moments: readonly (readonly NamespaceSnapshot[])[], wanted: Wanted): string[] {
  const touched = new Map<string, number>();
  const first = new Map<string, NamespaceSnapshot>();
  moments.forEach((spaces, at) => {
    for (const space of spaces) {
      if (space.kind !== "pod") continue;
      if (!first.has(space.name) && at > 0) touched.set(space.name, at);
      first.set(space.name, space);
    }
  });
  const rank = (space: NamespaceSnapshot): number =>
    space.pod !== "" && space.pod === wanted.pod ? -1 : touched.has(space.name) ? 0 : 1;
  const order = [...first.values()].sort(
    (a, b) => rank(a) - rank(b) || compareNatural(a.pod || a.name, b.pod || b.name) || compareNatural(a.name, b.name),
  );
  return order.map((space) => space.name);
}

function podSpace(space: NamespaceSnapshot, host: NamespaceSnapshot | undefined): Omit<PodSpace, "isNew" | "slot"> {
  const [namespace = "", name = space.name] = (space.pod || `/${space.name}`).split("/");
  const cable = host?.interfaces?.find((device) => device.peer?.namespace === space.name);
  const metadata = { namespace, name, uid: space.podUid };
  return { space, key: objectKey({ kind: "Pod", apiVersion: "v1", metadata }), name, namespace, cable };
}

/** Reads the moments given, oldest first; a pod has the same place in each of them. */
export function insidesOf(snapshots: readonly Snapshot[], wanted: Wanted): readonly Inside[] {
  const moments = snapshots.map((snapshot) => snapshot.namespaces?.(wanted.machine) ?? []);
  const shown = podOrder(moments, wanted).slice(0, wanted.podsMax);
  return snapshots.map((snapshot, at): Inside => {
    const spaces = moments[at]!;
    const before = at > 0 ? moments[at - 1]! : undefined;
    const old = new Map((before ?? []).map((space) => [space.name, space]));
    const host = spaces.find((space) => space.kind !== "pod");
    const pods = spaces.filter((space) => space.kind === "pod" && shown.includes(space.name));
    pods.sort((a, b) => shown.indexOf(a.name) - shown.indexOf(b.name));
    const chosen = spaces.find((space) => space.pod !== "" && space.pod === wanted.pod);
    const own = chosen ? sectionsOf(chosen, old.get(chosen.name), ["routes", "neighbours"]) : [];
    const of = host ? sectionsOf(host, before ? old.get(host.name) : undefined, wanted.tables) : [];
    return {
      snapshot,
      host,
      pods: pods.map((space) => ({
        ...podSpace(space, host),
        isNew: before !== undefined && !old.has(space.name),
        slot: shown.indexOf(space.name),
      })),
      hiddenPods: spaces.filter((space) => space.kind === "pod").length - pods.length,
      sections: [...own, ...of],
      changed: before ? changedInterfaces(spaces, before) : new Set<string>(),
    };
  });
}
