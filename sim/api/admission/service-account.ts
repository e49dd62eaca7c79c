/**
 * ServiceAccount: gives a pod its account and mounts the account's token
 * (Kubernetes 1.32, plugin/pkg/admission/serviceaccount/admission.go).
 * Left out: the mountable-secrets annotation.
 * Invariant: the token volume's suffix comes from the spec's content, not from a draw, so that pods of one template share it.
 */
import type { Container } from "../kinds/container.ts";
import { storageKey } from "../kinds/kind.ts";
import type { Pod } from "../kinds/pod.ts";
import type { PodSpec, Volume } from "../kinds/pod-spec.ts";
import { type ServiceAccount, serviceAccountKind } from "../kinds/service-account.ts";
import { Refusal } from "../pipeline/handling.ts";
import { forbiddenError } from "../status-error.ts";
import type { AdmissionPlugin } from "./chain.ts";

const MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";
const TOKEN_SECONDS = 3607;

/** Five letters from a 32-bit FNV-1a hash of the text. */
function suffixOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  let suffix = "";
  for (let at = 0; at < 5; at++) {
    suffix += LETTERS[hash % LETTERS.length];
    hash = Math.floor(hash / LETTERS.length);
  }
  return suffix;
}

function tokenVolume(name: string): Volume {
  const fieldRef = { apiVersion: "v1", fieldPath: "metadata.namespace" };
  return {
    name,
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: TOKEN_SECONDS, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        { downwardAPI: { items: [{ path: "namespace", fieldRef }] } },
      ],
      defaultMode: 420,
    },
  };
}

const isMounted = (container: Container) => container.volumeMounts?.some((mount) => mount.mountPath === MOUNT_PATH);

const remembered = new WeakMap<PodSpec, PodSpec>();

/** The spec with the token volume, mounted into every container that has nothing there yet. */
function withToken(spec: PodSpec): PodSpec {
  const known = remembered.get(spec);
  if (known) return known;
  const existing = spec.volumes?.find((volume) => volume.name.startsWith("kube-api-access-"));
  const name = existing?.name ?? `kube-api-access-${suffixOf(JSON.stringify(spec))}`;
  const mount = { name, readOnly: true, mountPath: MOUNT_PATH };
  const mounted = (list: readonly Container[]) =>
    list.map((one) => (isMounted(one) ? one : { ...one, volumeMounts: [...(one.volumeMounts ?? []), mount] }));
  const every = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const result: PodSpec = every.every(isMounted)
    ? spec
    : {
        ...spec,
        volumes: existing ? spec.volumes! : [...(spec.volumes ?? []), tokenVolume(name)],
        ...(spec.initContainers ? { initContainers: mounted(spec.initContainers) } : {}),
        ...(spec.containers ? { containers: mounted(spec.containers) } : {}),
      };
  remembered.set(spec, result);
  return result;
}

const defaulted = new WeakMap<PodSpec, PodSpec>();

/** The spec with the account "default"; remembered, so that the result is shared too. */
function withDefaultAccount(spec: PodSpec): PodSpec {
  if (spec.serviceAccountName) return spec;
  let named = defaulted.get(spec);
  if (!named) {
    named = { ...spec, serviceAccountName: "default", serviceAccount: "default" };
    defaulted.set(spec, named);
  }
  return named;
}

/** The plugin. */
export const serviceAccount: AdmissionPlugin = {
  name: "ServiceAccount",
  resource: "pods",
  operations: ["CREATE"],
  admit(object, { reader, kind, request }) {
    const pod = object as Pod;
    if (pod.metadata.annotations?.["kubernetes.io/config.mirror"] !== undefined) return { object, verdict: "" };
    const spec = withDefaultAccount(pod.spec);
    const name = spec.serviceAccountName!;
    const stored = reader.get(storageKey(serviceAccountKind, request.namespace, name));
    if (!stored) {
      const why = `error looking up service account ${request.namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`;
      throw new Refusal(forbiddenError(kind, pod.metadata.name ?? "", why));
    }
    const account = stored.value as ServiceAccount;
    const mounts = spec.automountServiceAccountToken ?? account.automountServiceAccountToken ?? true;
    const tokened = mounts ? withToken(spec) : spec;
    const pullSecrets = account.imagePullSecrets;
    const complete =
      pullSecrets?.length && !tokened.imagePullSecrets?.length
        ? { ...tokened, imagePullSecrets: pullSecrets }
        : tokened;
    if (complete === pod.spec) return { object, verdict: "" };
    return { object: { ...pod, spec: complete } as Pod, verdict: mounts ? "account and token volume" : "account" };
  },
};
