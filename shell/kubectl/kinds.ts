import type { JsonObject } from "../../sim/api/types.ts";
import type { Api } from "./api.ts";
import { reasonOf } from "./api.ts";
import { listAt, objectAt, textAt } from "./json-values.ts";
import type { ResourceKind } from "./resource-kind.ts";

const ALL_VERBS = "create,delete,deletecollection,get,list,patch,update,watch".split(",");
const IN_ALL = new Set(
  [
    "pods,replicationcontrollers,services,daemonsets,deployments,replicasets,statefulsets",
    "horizontalpodautoscalers,cronjobs,jobs",
  ]
    .join(",")
    .split(","),
);
const CREATE_ONLY = /^(bindings|tokenreviews|.*subject.*reviews)$/;

/** What Kubernetes 1.32 serves, in the order of `kubectl api-resources`: group/version, then `Kind plural [short,…]`; `*` marks cluster scope. */
const SERVED: readonly (readonly [string, string])[] = [
  [
    "v1",
    `Binding bindings; ComponentStatus* componentstatuses cs; ConfigMap configmaps cm; Endpoints endpoints ep;
    Event events ev; LimitRange limitranges limits; Namespace* namespaces ns; Node* nodes no;
    PersistentVolumeClaim persistentvolumeclaims pvc; PersistentVolume* persistentvolumes pv; Pod pods po;
    PodTemplate podtemplates; ReplicationController replicationcontrollers rc; ResourceQuota resourcequotas quota;
    Secret secrets; ServiceAccount serviceaccounts sa; Service services svc`,
  ],
  [
    "admissionregistration.k8s.io/v1",
    `MutatingWebhookConfiguration* mutatingwebhookconfigurations;
    ValidatingAdmissionPolicy* validatingadmissionpolicies;
    ValidatingAdmissionPolicyBinding* validatingadmissionpolicybindings;
    ValidatingWebhookConfiguration* validatingwebhookconfigurations`,
  ],
  ["apiextensions.k8s.io/v1", "CustomResourceDefinition* customresourcedefinitions crd,crds"],
  ["apiregistration.k8s.io/v1", "APIService* apiservices"],
  [
    "apps/v1",
    `ControllerRevision controllerrevisions; DaemonSet daemonsets ds; Deployment deployments deploy;
    ReplicaSet replicasets rs; StatefulSet statefulsets sts`,
  ],
  ["authentication.k8s.io/v1", "SelfSubjectReview* selfsubjectreviews; TokenReview* tokenreviews"],
  [
    "authorization.k8s.io/v1",
    `LocalSubjectAccessReview localsubjectaccessreviews; SelfSubjectAccessReview* selfsubjectaccessreviews;
    SelfSubjectRulesReview* selfsubjectrulesreviews; SubjectAccessReview* subjectaccessreviews`,
  ],
  ["autoscaling/v2", "HorizontalPodAutoscaler horizontalpodautoscalers hpa"],
  ["batch/v1", "CronJob cronjobs cj; Job jobs"],
  ["certificates.k8s.io/v1", "CertificateSigningRequest* certificatesigningrequests csr"],
  ["coordination.k8s.io/v1", "Lease leases"],
  ["discovery.k8s.io/v1", "EndpointSlice endpointslices"],
  ["events.k8s.io/v1", "Event events ev"],
  [
    "flowcontrol.apiserver.k8s.io/v1",
    "FlowSchema* flowschemas; PriorityLevelConfiguration* prioritylevelconfigurations",
  ],
  ["networking.k8s.io/v1", "IngressClass* ingressclasses; Ingress ingresses ing; NetworkPolicy networkpolicies netpol"],
  ["node.k8s.io/v1", "RuntimeClass* runtimeclasses"],
  ["policy/v1", "PodDisruptionBudget poddisruptionbudgets pdb"],
  [
    "rbac.authorization.k8s.io/v1",
    `ClusterRoleBinding* clusterrolebindings; ClusterRole* clusterroles; RoleBinding rolebindings; Role roles`,
  ],
  ["scheduling.k8s.io/v1", "PriorityClass* priorityclasses pc"],
  [
    "storage.k8s.io/v1",
    `CSIDriver* csidrivers; CSINode* csinodes; CSIStorageCapacity csistoragecapacities;
    StorageClass* storageclasses sc; VolumeAttachment* volumeattachments`,
  ],
];

/** The kinds built into the API server. */
export const BUILT_IN_KINDS: readonly ResourceKind[] = SERVED.flatMap(([groupVersion, list]) =>
  list.split(";").map((entry) => builtIn(groupVersion, entry.trim())),
);

function builtIn(groupVersion: string, entry: string): ResourceKind {
  const [kind = "", resource = "", short = ""] = entry.split(/\s+/);
  const createOnly = CREATE_ONLY.test(resource);
  return {
    ...splitGroupVersion(groupVersion),
    resource,
    kind: kind.replace("*", ""),
    namespaced: !kind.endsWith("*"),
    shortNames: short === "" ? [] : short.split(","),
    otherVersions: resource === "horizontalpodautoscalers" ? ["v1"] : [],
    inAll: IN_ALL.has(resource) && groupVersion !== "events.k8s.io/v1",
    verbs: createOnly ? ["create"] : resource === "componentstatuses" ? ["get", "list"] : ALL_VERBS,
    custom: false,
  };
}

/** `apps/v1` apart; the core group is "". */
function splitGroupVersion(groupVersion: string): { readonly group: string; readonly version: string } {
  const slash = groupVersion.indexOf("/");
  if (slash < 0) return { group: "", version: groupVersion };
  return { group: groupVersion.slice(0, slash), version: groupVersion.slice(slash + 1) };
}

const CRD = BUILT_IN_KINDS.find((kind) => kind.kind === "CustomResourceDefinition")!;

/** The kinds that CustomResourceDefinitions add; none where the server knows no such definitions. */
export function customKinds(api: Api): readonly ResourceKind[] {
  try {
    return api.list(CRD, {}).items.flatMap((definition) => kindsOfDefinition(definition as unknown as JsonObject));
  } catch (error) {
    if (reasonOf(error) !== undefined) return [];
    throw error;
  }
}

function kindsOfDefinition(definition: JsonObject): readonly ResourceKind[] {
  const served = listAt(definition, "spec", "versions").filter((version) => objectAt(version)["served"] === true);
  const versions = served.map((version) => textAt(version, "name"));
  const [version, ...otherVersions] = versions;
  if (version === undefined) return [];
  const texts = (path: string) => listAt(definition, "spec", "names", path).map(String);
  return [
    {
      group: textAt(definition, "spec", "group"),
      version,
      otherVersions,
      resource: textAt(definition, "spec", "names", "plural"),
      kind: textAt(definition, "spec", "names", "kind"),
      namespaced: textAt(definition, "spec", "scope") === "Namespaced",
      shortNames: texts("shortNames"),
      inAll: texts("categories").includes("all"),
      verbs: ALL_VERBS,
      custom: true,
    },
  ];
}

/** Finds the kind that a word such as `po`, `deployments.apps` or `Pod` names; undefined when there is none. */
export function findKind(api: Api, word: string): ResourceKind | undefined {
  const found = matchKind(BUILT_IN_KINDS, word);
  return found ?? matchKind(customKinds(api), word);
}

function matchKind(kinds: readonly ResourceKind[], word: string): ResourceKind | undefined {
  const [name = "", ...qualifier] = word.toLowerCase().split(".");
  const suffix = qualifier.join(".");
  return kinds.find((kind) => {
    const names = [kind.resource, kind.kind.toLowerCase(), ...kind.shortNames];
    if (!names.includes(name)) return false;
    return suffix === "" || suffix === kind.group || suffix === `${kind.version}.${kind.group}`;
  });
}

/** Finds the kind that a manifest's `apiVersion` and `kind` name, in just that version. */
export function findManifestKind(api: Api, apiVersion: string, kind: string): ResourceKind | undefined {
  const wanted = splitGroupVersion(apiVersion);
  const fits = (one: ResourceKind) => one.kind === kind && one.group === wanted.group;
  const found = BUILT_IN_KINDS.find(fits) ?? customKinds(api).find(fits);
  if (found === undefined) return undefined;
  if (found.version === wanted.version) return found;
  return found.otherVersions.includes(wanted.version) ? { ...found, version: wanted.version } : undefined;
}

/** `deployment.apps` or `pod`: how kubectl names the kind of an object in its one-line answers. */
export function kindLabel(kind: ResourceKind): string {
  return kind.group === "" ? kind.kind.toLowerCase() : `${kind.kind.toLowerCase()}.${kind.group}`;
}

/** `deployments.apps` or `pods`: the resource with its group, as in the server's messages. */
export function resourceLabel(kind: ResourceKind): string {
  return kind.group === "" ? kind.resource : `${kind.resource}.${kind.group}`;
}
