/**
 * What a pod on this node needs of other objects: Secrets, ConfigMaps and claims, for its volumes and its environment.
 * Source: Kubernetes 1.32, pkg/kubelet/{secret,configmap} managers, pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables),
 * pkg/volume/{secret,configmap,projected} and volumemanager/populator.
 * A kubelet watches a resource from the first pod on that refers to it, where upstream watches single objects.
 * Left out: the wait for kube-root-ca.crt, which every token volume has.
 * Invariant: only reads what this kubelet's own watches have delivered.
 */
import type { ConfigMap } from "../api/kinds/config-map.ts";
import type { Container } from "../api/kinds/container.ts";
import type { PersistentVolumeClaim } from "../api/kinds/persistent-volume-claim.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { Volume } from "../api/kinds/pod-spec.ts";
import type { Secret } from "../api/kinds/secret.ts";
import { informersOf } from "../api/server/informer-rows.ts";
import { isBound } from "../api/volumes/claims.ts";
import { allSynced, startInformer } from "../client/informer.ts";
import { lookUp } from "../client/lister.ts";
import type { Io } from "../time/component.ts";

/** A reference to a Secret or ConfigMap, to all of it or to some keys. */
interface Reference {
  readonly resource: "secrets" | "configmaps";
  readonly name: string;
  readonly optional: boolean;
  readonly keys: readonly string[];
}

interface NamedSource {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
  readonly key?: string;
  readonly items?: readonly { readonly key: string; readonly path: string }[];
}

function referenceTo(resource: Reference["resource"], source: unknown): readonly Reference[] {
  if (source === undefined) return [];
  const { name, secretName, optional, key, items } = source as NamedSource;
  const keys = [...(key === undefined ? [] : [key]), ...(items ?? []).map((item) => item.key)];
  return [{ resource, name: name ?? secretName ?? "", optional: optional === true, keys }];
}

/** The root certificate that stands beside every token. */
const rootCertificate = "kube-root-ca.crt";

/** What a volume's files come from. */
function referencesOf({ secret, configMap, projected }: Volume): readonly Reference[] {
  const sources = (projected?.sources ?? []) as readonly { readonly secret?: unknown; readonly configMap?: unknown }[];
  const all = [{ secret, configMap }, ...sources];
  return all
    .flatMap((one) => [...referenceTo("secrets", one.secret), ...referenceTo("configmaps", one.configMap)])
    .filter(({ name }) => name !== rootCertificate);
}

interface EnvSources {
  readonly secretRef?: unknown;
  readonly configMapRef?: unknown;
  readonly secretKeyRef?: unknown;
  readonly configMapKeyRef?: unknown;
}

function environmentReferences({ env = [], envFrom = [] }: Container): readonly Reference[] {
  const sources = [...envFrom, ...env.map((one) => one.valueFrom ?? {})] as readonly EnvSources[];
  return sources.flatMap((one) => [
    ...referenceTo("configmaps", one.configMapRef ?? one.configMapKeyRef),
    ...referenceTo("secrets", one.secretRef ?? one.secretKeyRef),
  ]);
}

/** Resources that a pod refers to. */
function resourcesOf({ spec }: Pod): readonly string[] {
  const volumes = spec.volumes ?? [];
  const containers = [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
  const references = [...volumes.flatMap(referencesOf), ...containers.flatMap(environmentReferences)];
  const claims = volumes.some((volume) => volume.persistentVolumeClaim !== undefined) ? ["persistentvolumeclaims"] : [];
  return [...new Set([...references.map((one) => one.resource), ...claims])];
}

/** Starts to watch what a pod refers to, where this kubelet does not yet. */
export function watchSources(io: Io, pod: Pod): void {
  const known = informersOf(io).get(io.self) ?? {};
  for (const resource of resourcesOf(pod)) if (known[resource] === undefined) startInformer(io, resource);
}

/** Whether everything that a pod refers to has been listed once. */
export function sourcesSeen(io: Io, pod: Pod): boolean {
  return allSynced(io, resourcesOf(pod));
}

/** What keeps a volume from being mounted. */
export interface MountFailure {
  readonly volume: string;
  /** The text of the Event. */
  readonly message: string;
}

/** The volumes of a pod that can't be mounted yet, in the order of the spec. */
export function mountFailures(io: Io, pod: Pod): readonly MountFailure[] {
  const failures: MountFailure[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const why = referencesOf(volume)
      .map((one) => mountTrouble(io, pod, one))
      .find((text) => text !== undefined);
    const quoted = JSON.stringify(volume.name);
    if (why !== undefined) {
      failures.push({ volume: volume.name, message: `MountVolume.SetUp failed for volume ${quoted} : ${why}` });
    }
    const claim = claimTrouble(io, pod, volume);
    if (claim !== undefined) failures.push({ volume: volume.name, message: claim });
  }
  return failures;
}

function mountTrouble(io: Io, pod: Pod, reference: Reference): string | undefined {
  const { resource, name, optional, keys } = reference;
  const found = find(io, pod, reference);
  const kind = resource === "secrets" ? "secret" : "configmap";
  if (found === undefined) return optional ? undefined : `${kind} ${JSON.stringify(name)} not found`;
  const missing = keys.find((key) => found[key] === undefined);
  if (missing === undefined || optional) return undefined;
  return resource === "secrets"
    ? `references non-existent secret key: ${missing}`
    : `configmap references non-existent config key: ${missing}`;
}

function claimTrouble(io: Io, { metadata }: Pod, { name, persistentVolumeClaim: source }: Volume): string | undefined {
  if (source === undefined) return undefined;
  const { namespace = "" } = metadata;
  const claim = lookUp<PersistentVolumeClaim>(io, "persistentvolumeclaims", namespace, source.claimName);
  const about = JSON.stringify(source.claimName);
  const why =
    claim === undefined
      ? `failed to fetch PVC from API server: persistentvolumeclaims ${about} not found`
      : claim.metadata.deletionTimestamp !== undefined
        ? "PVC is being deleted"
        : isBound(claim)
          ? undefined
          : "PVC is not bound";
  if (why === undefined) return undefined;
  const failed = `error processing PVC ${namespace}/${source.claimName}: ${why}`;
  return `Unable to attach or mount volumes: unmounted volumes=[${name}], unattached volumes=[], failed to process volumes=[${name}]: ${failed}`;
}

/** The entries of a Secret (in base64) or ConfigMap; undefined if it is not there. */
function find(io: Io, { metadata }: Pod, { resource, name }: Reference): Readonly<Record<string, string>> | undefined {
  const object = lookUp<Secret & ConfigMap>(io, resource, metadata.namespace ?? "", name);
  return object && { ...object.data, ...object.binaryData };
}

/** Why a container's environment can't be made; undefined if it can. */
export function environmentFailure(io: Io, pod: Pod, container: Container): string | undefined {
  for (const reference of environmentReferences(container)) {
    const { resource, name, optional, keys } = reference;
    if (optional) continue;
    const found = find(io, pod, reference);
    const kind = resource === "secrets" ? "secret" : "configmap";
    if (found === undefined) return `${kind} ${JSON.stringify(name)} not found`;
    const missing = keys.find((key) => found[key] === undefined);
    const where = `${resource === "secrets" ? "Secret" : "ConfigMap"} ${pod.metadata.namespace}/${name}`;
    if (missing !== undefined) return `couldn't find key ${missing} in ${where}`;
  }
  return undefined;
}
