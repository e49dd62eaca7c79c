/**
 * Which plugins take part at which extension point, in which order and with which weight.
 * Source: Kubernetes 1.32, pkg/scheduler/apis/config/v1/default_plugins.go.
 * Left out: VolumeRestrictions, NodeVolumeLimits, DynamicResources (beta, off).
 * Invariant: order counts: the first failing Filter plugin gives a node's verdict.
 */
import type {
  BindPlugin,
  FilterPlugin,
  Plugin,
  PostFilterPlugin,
  PreEnqueuePlugin,
  PreFilterPlugin,
  PreScorePlugin,
  QueueSortPlugin,
  ScorePlugin,
} from "./framework.ts";
import { DefaultPreemption } from "./plugins/default-preemption.ts";
import { ImageLocality } from "./plugins/image-locality.ts";
import { InterPodAffinity } from "./plugins/inter-pod-affinity.ts";
import { NodeAffinity } from "./plugins/node-affinity.ts";
import { NodeName } from "./plugins/node-name.ts";
import { NodePorts } from "./plugins/node-ports.ts";
import { NodeResourcesBalancedAllocation } from "./plugins/node-resources-balanced-allocation.ts";
import { NodeResourcesFit } from "./plugins/node-resources-fit.ts";
import { NodeUnschedulable } from "./plugins/node-unschedulable.ts";
import { PodTopologySpread } from "./plugins/pod-topology-spread.ts";
import { DefaultBinder, PrioritySort, SchedulingGates } from "./plugins/queue-plugins.ts";
import { TaintToleration } from "./plugins/taint-toleration.ts";
import { VolumeBinding } from "./plugins/volume-binding.ts";
import { VolumeZone } from "./plugins/volume-zone.ts";

/** A score plugin and what its normalised score is multiplied by. */
export interface WeightedPlugin {
  readonly plugin: ScorePlugin;
  readonly weight: number;
}

/** A scheduler's plugins by extension point. */
export interface Profile {
  readonly schedulerName: string;
  readonly preEnqueue: readonly PreEnqueuePlugin[];
  readonly queueSort: QueueSortPlugin;
  readonly preFilter: readonly PreFilterPlugin[];
  readonly filter: readonly FilterPlugin[];
  readonly postFilter: readonly PostFilterPlugin[];
  readonly preScore: readonly PreScorePlugin[];
  readonly score: readonly WeightedPlugin[];
  readonly bind: readonly BindPlugin[];
}

/** Every plugin of a profile once, with the events that it registers for. */
export function pluginsOf(profile: Profile): readonly Plugin[] {
  return [...new Set<Plugin>([...profile.preEnqueue, ...profile.filter, ...profile.postFilter])];
}

/** Filters that work something out for all nodes first. */
const preparedFilters: readonly (PreFilterPlugin & FilterPlugin)[] = [
  NodeAffinity,
  NodePorts,
  NodeResourcesFit,
  VolumeBinding,
  VolumeZone,
  PodTopologySpread,
  InterPodAffinity,
];

/** The plugins of the scheduler named default-scheduler. */
export const defaultProfile: Profile = {
  schedulerName: "default-scheduler",
  preEnqueue: [SchedulingGates],
  queueSort: PrioritySort,
  preFilter: preparedFilters,
  filter: [NodeUnschedulable, NodeName, TaintToleration, ...preparedFilters],
  postFilter: [DefaultPreemption],
  preScore: [TaintToleration, NodeAffinity, PodTopologySpread, InterPodAffinity],
  score: [
    { plugin: TaintToleration, weight: 3 },
    { plugin: NodeAffinity, weight: 2 },
    { plugin: NodeResourcesFit, weight: 1 },
    { plugin: PodTopologySpread, weight: 2 },
    { plugin: InterPodAffinity, weight: 2 },
    { plugin: NodeResourcesBalancedAllocation, weight: 1 },
    { plugin: ImageLocality, weight: 1 },
  ],
  bind: [DefaultBinder],
};
