/**
 * What a process in a container finds of Secrets, ConfigMaps and the pod itself: variables, and files of volumes.
 * Source: Kubernetes 1.32, pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables) and pkg/volume/{secret,configmap,projected,
 * downwardapi}.
 * Left out: variables of Services, which a client adds; tokens; binary entries that are no text.
 * Invariant: later variables win; a volume's files lie below each of its mounts, or as the one file of a subPath.
 */
import type { ConfigMap } from "../api/kinds/config-map.ts";
import type { Container } from "../api/kinds/container.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { Volume } from "../api/kinds/pod-spec.ts";
import type { Secret } from "../api/kinds/secret.ts";
import { bytesOfBase64Url } from "../api/schema/base64.ts";
import { lookUp } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import { expandReferences } from "./command-line.ts";

/** A name or path with its value. */
export type Entry = readonly [string, string];

type Texts = Readonly<Record<string, string>>;

/** The text behind base64; "" for bytes that are no text. */
function plainText(encoded: string): string {
  const url = encoded.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const bytes = bytesOfBase64Url(url) ?? "";
  const escaped = [...bytes].map((one) => `%${one.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");
  try {
    return decodeURIComponent(escaped);
  } catch {
    return "";
  }
}

/** The entries of a Secret or ConfigMap in plain text. */
function textsOf(io: Io, pod: Pod, resource: "secrets" | "configmaps", name: string | undefined): Texts {
  const object = lookUp<Secret & ConfigMap>(io, resource, pod.metadata.namespace ?? "", name ?? "");
  const data = object?.data ?? {};
  if (resource === "configmaps") return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, plainText(value)]));
}

interface KeySource {
  readonly name?: string;
  readonly key?: string;
}

interface ValueSource {
  readonly fieldRef?: { readonly fieldPath?: string };
  readonly resourceFieldRef?: { readonly resource?: string };
  readonly secretKeyRef?: KeySource;
  readonly configMapKeyRef?: KeySource;
}

/** The host name that a pod's processes find. */
function hostnameOf({ metadata, spec }: Pod): string {
  if (spec.hostNetwork === true) return spec.nodeName ?? "";
  return spec.hostname ?? metadata.name;
}

/** What the main process of a container finds: the variables of the spec, and the host name. */
export function processVariables(io: Io, pod: Pod, container: Container): ReadonlyMap<string, string> {
  return new Map([["HOSTNAME", hostnameOf(pod)], ["HOME", "/root"], ...variablesOf(io, pod, container)]);
}

/** The variables of a container that the pod's spec asks for. */
export function variablesOf(io: Io, pod: Pod, container: Container): readonly Entry[] {
  const found = new Map<string, string>();
  for (const source of container.envFrom ?? []) {
    const {
      prefix = "",
      secretRef,
      configMapRef,
    } = source as {
      readonly prefix?: string;
      readonly secretRef?: KeySource;
      readonly configMapRef?: KeySource;
    };
    const texts = secretRef
      ? textsOf(io, pod, "secrets", secretRef.name)
      : textsOf(io, pod, "configmaps", configMapRef?.name);
    for (const key of Object.keys(texts).sort()) found.set(`${prefix}${key}`, texts[key] ?? "");
  }
  for (const { name, value = "", valueFrom } of container.env ?? []) {
    const text =
      valueFrom === undefined
        ? expandReferences(value, found)
        : sourceText(io, pod, container, valueFrom as ValueSource);
    if (text !== undefined) found.set(name, text);
  }
  return [...found];
}

function sourceText(io: Io, pod: Pod, container: Container, source: ValueSource): string | undefined {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = source;
  if (fieldRef !== undefined) return fieldText(pod, fieldRef.fieldPath ?? "");
  if (resourceFieldRef !== undefined) {
    const [kind = "", name = ""] = (resourceFieldRef.resource ?? "").split(".");
    return container.resources?.[kind as "limits"]?.[name] ?? "0";
  }
  if (secretKeyRef !== undefined) return textsOf(io, pod, "secrets", secretKeyRef.name)[secretKeyRef.key ?? ""];
  return textsOf(io, pod, "configmaps", configMapKeyRef?.name)[configMapKeyRef?.key ?? ""];
}

/** A field of the pod as the downward API shows it. */
function fieldText(pod: Pod, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed !== null) return pod.metadata[keyed[1] as "labels"]?.[keyed[2] ?? ""] ?? "";
  let value: unknown = pod;
  for (const part of path.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[part];
  if (typeof value !== "object" || value === null) return String(value ?? "");
  const entries = Object.entries(value).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
  return entries.sort().join("\n");
}

interface Item {
  readonly key?: string;
  readonly path: string;
  readonly fieldRef?: { readonly fieldPath?: string };
}

function chosen(texts: Texts, items: readonly Item[] | undefined): readonly Entry[] {
  if (items === undefined) return Object.entries(texts).sort();
  return items.map(({ key = "", path }): Entry => [path, texts[key] ?? ""]);
}

/** The files of a volume, by their paths below the mount. */
function filesOf(io: Io, pod: Pod, { secret, configMap, downwardAPI, projected }: Volume): readonly Entry[] {
  const sources = [
    { secret, configMap, downwardAPI },
    ...((projected?.sources ?? []) as readonly unknown[]),
  ] as readonly {
    readonly secret?: { readonly name?: string; readonly secretName?: string; readonly items?: readonly Item[] };
    readonly configMap?: { readonly name?: string; readonly items?: readonly Item[] };
    readonly downwardAPI?: { readonly items?: readonly Item[] };
  }[];
  return sources.flatMap((one) => [
    ...(one.secret
      ? chosen(textsOf(io, pod, "secrets", one.secret.secretName ?? one.secret.name), one.secret.items)
      : []),
    ...(one.configMap ? chosen(textsOf(io, pod, "configmaps", one.configMap.name), one.configMap.items) : []),
    ...(one.downwardAPI?.items ?? []).map(
      ({ path, fieldRef }): Entry => [path, fieldText(pod, fieldRef?.fieldPath ?? "")],
    ),
  ]);
}

/** All files of volumes that a container mounts, by absolute path. */
export function mountedFiles(io: Io, pod: Pod, { volumeMounts = [] }: Container): readonly Entry[] {
  return volumeMounts.flatMap(({ name, mountPath, subPath }) => {
    const volume = pod.spec.volumes?.find((one) => one.name === name);
    const files = volume === undefined ? [] : filesOf(io, pod, volume);
    const root = mountPath.replace(/\/$/, "");
    if (!subPath) return files.map(([path, text]): Entry => [`${root}/${path}`, text]);
    return files.filter(([path]) => path === subPath).map(([, text]): Entry => [root, text]);
  });
}
