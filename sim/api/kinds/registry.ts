/**
 * All kinds that are served, found by resource or by kind; the schema that decodes them
 * (Kubernetes 1.32, the RESTMapper and the API groups' storage providers). A further kind is one file and one line here.
 * Left out: several served versions of one kind.
 * Invariant: resource names are unique within a group.
 */
import {
  CORE_KIND_STRUCTS,
  META_STRUCTS,
  POD_SPEC_STRUCTS,
  POD_STATUS_STRUCTS,
  VOLUME_STRUCTS,
} from "../schema/core-structs.ts";
import { APPS_STRUCTS, OTHER_STRUCTS } from "../schema/group-structs.ts";
import { NETWORK_STRUCTS } from "../schema/network-structs.ts";
import { Schema } from "../schema/notation.ts";
import { POLICY_STRUCTS, ROUTING_STRUCTS } from "../schema/policy-structs.ts";
import { REVIEW_STRUCTS } from "../schema/review-structs.ts";
import { STORAGE_STRUCTS } from "../schema/storage-structs.ts";
import { WORKLOAD_STRUCTS } from "../schema/workload-structs.ts";
import type { KubeObject } from "../types.ts";
import { configMapKind } from "./config-map.ts";
import { controllerRevisionKind } from "./controller-revision.ts";
import { cronJobKind } from "./cron-job.ts";
import { csiDriverKind } from "./csi-driver.ts";
import { daemonSetKind } from "./daemon-set.ts";
import { deploymentKind } from "./deployment.ts";
import { endpointSliceKind } from "./endpoint-slice.ts";
import { endpointsKind } from "./endpoints.ts";
import { eventKind } from "./event.ts";
import { horizontalPodAutoscalerKind } from "./horizontal-pod-autoscaler.ts";
import { ingressClassKind, ingressKind } from "./ingress.ts";
import { jobKind } from "./job.ts";
import type { Kind } from "./kind.ts";
import { leaseKind } from "./lease.ts";
import { namespaceKind } from "./namespace.ts";
import { limitRangeKind, resourceQuotaKind } from "./namespace-limits.ts";
import { networkPolicyKind } from "./network-policy.ts";
import { nodeKind } from "./node.ts";
import { persistentVolumeKind } from "./persistent-volume.ts";
import { persistentVolumeClaimKind } from "./persistent-volume-claim.ts";
import { podKind } from "./pod.ts";
import { podDisruptionBudgetKind } from "./pod-disruption-budget.ts";
import { podTemplateKind } from "./pod-template.ts";
import { clusterRoleBindingKind, clusterRoleKind, roleBindingKind, roleKind } from "./rbac.ts";
import { replicaSetKind } from "./replicaset.ts";
import { replicationControllerKind } from "./replication-controller.ts";
import { priorityClassKind, runtimeClassKind } from "./scheduling-classes.ts";
import { secretKind } from "./secret.ts";
import { serviceKind } from "./service.ts";
import { serviceAccountKind } from "./service-account.ts";
import { statefulSetKind } from "./stateful-set.ts";
import { storageClassKind } from "./storage-class.ts";

/** Every kind, in the order of discovery. */
export const KINDS: readonly Kind[] = [
  configMapKind,
  eventKind,
  namespaceKind,
  nodeKind,
  persistentVolumeClaimKind,
  persistentVolumeKind,
  podKind,
  replicationControllerKind,
  secretKind,
  serviceAccountKind,
  serviceKind,
  controllerRevisionKind,
  daemonSetKind,
  deploymentKind,
  replicaSetKind,
  statefulSetKind,
  jobKind,
  leaseKind,
  endpointSliceKind,
  storageClassKind,
  endpointsKind,
  limitRangeKind,
  podTemplateKind,
  resourceQuotaKind,
  cronJobKind,
  horizontalPodAutoscalerKind,
  ingressKind,
  ingressClassKind,
  networkPolicyKind,
  podDisruptionBudgetKind,
  roleKind,
  clusterRoleKind,
  roleBindingKind,
  clusterRoleBindingKind,
  priorityClassKind,
  runtimeClassKind,
  csiDriverKind,
] as readonly Kind<KubeObject>[];

/** The structs of all kinds. */
export const KUBE_SCHEMA = new Schema(
  REVIEW_STRUCTS,
  META_STRUCTS,
  POD_SPEC_STRUCTS,
  VOLUME_STRUCTS,
  POD_STATUS_STRUCTS,
  CORE_KIND_STRUCTS,
  APPS_STRUCTS,
  OTHER_STRUCTS,
  NETWORK_STRUCTS,
  STORAGE_STRUCTS,
  ROUTING_STRUCTS,
  POLICY_STRUCTS,
  WORKLOAD_STRUCTS,
);

const byResource = new Map(KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.resource}`, kind]));
const byKind = new Map(KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));

/** The kind behind a resource in a URL, undefined if it is not served. */
export function findResource(group: string, version: string, resource: string): Kind | undefined {
  return byResource.get(`${group}/${version}/${resource}`);
}

/** The kind of an object, by its `apiVersion` ("v1", "apps/v1") and `kind`. */
export function findKind(apiVersion: string, kind: string): Kind | undefined {
  return byKind.get(apiVersion.includes("/") ? `${apiVersion}/${kind}` : `/${apiVersion}/${kind}`);
}
