/**
 * VolumeZone: a pod runs in the zone and region that the labels of its volumes name.
 * Source: Kubernetes 1.32, pkg/scheduler/framework/plugins/volumezone/volume_zone.go.
 * Left out: the older names of the labels.
 * Invariant: volumes without such labels, and nodes without a zone, are no obstacle.
 */
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import { claimNames } from "../../api/volumes/claims.ts";
import type { StateKey } from "../cycle-state.ts";
import type { FilterPlugin, PreFilterPlugin } from "../framework.ts";
import { skip, success, unresolvable } from "../status.ts";

const name = "VolumeZone";
const conflict = unresolvable(name, "node(s) had no available volume zone");
const topologyKeys = ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"];

interface FilterState {
  /** Values that a node's label must have one of. */
  readonly wanted: readonly { readonly key: string; readonly values: readonly string[] }[];
  clone(): FilterState;
}

const stateKey: StateKey<FilterState> = { name };

/** Several zones of one volume are joined by two underscores. */
function wantedBy({ metadata }: PersistentVolume): FilterState["wanted"] {
  const { labels = {} } = metadata;
  return topologyKeys
    .filter((key) => labels[key] !== undefined)
    .map((key) => ({ key, values: (labels[key] ?? "").split("__") }));
}

/** The plugin under upstream's name. */
export const VolumeZone: PreFilterPlugin & FilterPlugin = {
  name,
  eventsToRegister: [
    { event: "NodeAdd" },
    { event: "NodeLabelChange" },
    { event: "PersistentVolumeClaimAdd" },
    { event: "PersistentVolumeClaimUpdate" },
    { event: "PersistentVolumeAdd" },
    { event: "PersistentVolumeUpdate" },
  ],
  preFilter({ storage }, state, { spec, namespace }) {
    if (storage === undefined) return { status: skip };
    const volumes = claimNames(spec)
      .map((claim) => storage.volume(storage.claim(namespace, claim)?.spec.volumeName ?? ""))
      .filter((volume) => volume !== undefined);
    const wanted = volumes.flatMap(wantedBy);
    if (wanted.length === 0) return { status: skip };
    const part: FilterState = { wanted, clone: () => part };
    state.write(stateKey, part);
    return { status: success };
  },
  filter(state, _pod, { labels }) {
    const wanted = state.read(stateKey)?.wanted ?? [];
    if (!topologyKeys.some((key) => labels[key] !== undefined)) return success;
    return wanted.every(({ key, values }) => values.includes(labels[key] ?? "")) ? success : conflict;
  },
};
