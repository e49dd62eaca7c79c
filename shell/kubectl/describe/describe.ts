import type { JsonObject, KubeObject } from "../../../sim/api/types.ts";
import { reasonOf } from "../api.ts";
import { fail, KubectlError } from "../failure.ts";
import { attempt, readManifests, throwCollected } from "../manifest.ts";
import type { ResourceKind } from "../resource-kind.ts";
import { explainList, listChoice, type NamedKind, readResourceWords, SELECTION_FLAGS } from "../selection.ts";
import type { Call, Verb } from "../verb.ts";
import { describeAutoscaler } from "./describe-autoscaler.ts";
import { describeCronJob, describeJob } from "./describe-batch.ts";
import { describeEvents } from "./describe-events.ts";
import {
  describeDisruptionBudget,
  describeLimitRange,
  describePriorityClass,
  describeQuota,
} from "./describe-limits.ts";
import { describeIngress, describeIngressClass, describeNetworkPolicy } from "./describe-network.ts";
import { describeNode } from "./describe-node.ts";
import { describePod } from "./describe-pod.ts";
import { describeBinding, describeRole } from "./describe-rbac.ts";
import { describeEndpointSlice, describeService } from "./describe-service.ts";
import { describeDaemonSet, describeReplicationController, describeStatefulSet } from "./describe-sets.ts";
import {
  describeAnything,
  describeConfigMap,
  describeNamespace,
  describeSecret,
  describeServiceAccount,
} from "./describe-simple.ts";
import { describeClaim, describeStorageClass, describeVolume } from "./describe-storage.ts";
import { describeDeployment, describeReplicaSet } from "./describe-workload.ts";
import { Page } from "./page.ts";
import { layOutTabs } from "./tab-layout.ts";

type Describer = (page: Page, object: JsonObject, call: Call) => void;

const DESCRIBERS: Readonly<Record<string, Describer>> = {
  ClusterRole: describeRole,
  ClusterRoleBinding: describeBinding,
  ConfigMap: describeConfigMap,
  CronJob: describeCronJob,
  DaemonSet: describeDaemonSet,
  Deployment: describeDeployment,
  EndpointSlice: describeEndpointSlice,
  HorizontalPodAutoscaler: describeAutoscaler,
  Ingress: describeIngress,
  IngressClass: describeIngressClass,
  Job: describeJob,
  LimitRange: describeLimitRange,
  Namespace: describeNamespace,
  NetworkPolicy: describeNetworkPolicy,
  Node: describeNode,
  PersistentVolume: describeVolume,
  PersistentVolumeClaim: describeClaim,
  Pod: describePod,
  PodDisruptionBudget: describeDisruptionBudget,
  PriorityClass: describePriorityClass,
  ReplicaSet: describeReplicaSet,
  ReplicationController: describeReplicationController,
  ResourceQuota: describeQuota,
  Role: describeRole,
  RoleBinding: describeBinding,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
  StatefulSet: describeStatefulSet,
  StorageClass: describeStorageClass,
};
const WITHOUT_EVENTS = [
  ...["Namespace", "Secret", "Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"],
  ...["NetworkPolicy", "ResourceQuota", "LimitRange"],
];

/** `kubectl describe` (staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go). Kinds without a page of their own are shown field by field. */
export const describe: Verb = {
  name: "describe",
  takesResources: true,
  flags: [...SELECTION_FLAGS, { name: "show-events", type: "bool" }, { name: "chunk-size", type: "int" }],
  run(call) {
    const { found, errors } = chosen(call);
    found.forEach(({ kind, object }, i) => {
      call.out(`${i > 0 ? "\n\n" : ""}${descriptionOf(call, kind, object)}`);
    });
    throwCollected(errors);
    if (found.length > 0) return;
    const where = call.on("all-namespaces") ? "" : ` in ${call.namespace} namespace.`;
    call.err(`No resources found${where}\n`);
  },
};

interface Found {
  readonly kind: ResourceKind;
  readonly object: KubeObject;
}

function chosen(call: Call): { readonly found: readonly Found[]; readonly errors: readonly KubectlError[] } {
  const found: Found[] = [];
  const errors: KubectlError[] = [];
  for (const one of wanted(call)) {
    const result = attempt(() => fetch(call, one));
    if (result instanceof KubectlError) errors.push(result);
    else found.push(...result);
  }
  return { found, errors };
}

interface Wanted extends NamedKind {
  readonly namespace?: string;
}

function wanted(call: Call): readonly Wanted[] {
  if (call.has("filename")) {
    const { targets, errors } = readManifests(call, false);
    throwCollected(errors);
    return targets;
  }
  if (call.args.length === 0) {
    fail(
      'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
    );
  }
  const named = readResourceWords(call, call.args);
  if (named.some((one) => one.name !== undefined)) {
    if (call.has("selector")) fail("name cannot be provided when a selector is specified");
    if (call.on("all-namespaces")) fail("a resource cannot be retrieved by name across all namespaces");
  }
  return named;
}

function fetch(call: Call, { kind, name, namespace }: Wanted): readonly Found[] {
  const listed = () => {
    const list = attempt(() => call.api.list(kind, listChoice(call)));
    if (list instanceof KubectlError) throw explainList(call, kind, list);
    return list.items.map((object) => ({ kind, object }));
  };
  if (name === undefined) return listed();
  const place = kind.namespaced ? namespace || call.namespace : "";
  const object = attempt(() => call.api.get(kind, place, name));
  if (!(object instanceof KubectlError)) return [{ kind, object }];
  // A single name that nothing has may be the beginning of several.
  if (reasonOf(object) !== "NotFound" || call.args.length !== 2) throw object;
  const similar = listed().filter((one) => one.object.metadata.name.startsWith(name));
  if (similar.length === 0) throw object;
  return similar;
}

function descriptionOf(call: Call, kind: ResourceKind, object: KubeObject): string {
  const page = new Page(call.client.wallMs);
  const json = object as unknown as JsonObject;
  const describer = DESCRIBERS[kind.kind];
  if (describer === undefined) describeAnything(page, json, kind.namespaced);
  else describer(page, json, call);
  if (call.on("show-events", true) && !WITHOUT_EVENTS.includes(kind.kind)) describeEvents(page, json, call);
  return layOutTabs(page.raw);
}
