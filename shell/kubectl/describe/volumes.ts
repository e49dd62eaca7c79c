import type { Json, JsonObject } from "../../../sim/api/types.ts";
import { at, isObject, listAt, textAt } from "../json-values.ts";
import type { Page } from "./page.ts";

type VolumeLines = (source: JsonObject) => readonly string[];

/** What is said of each kind of volume, after its type. */
const BY_SOURCE: Readonly<Record<string, readonly [string, VolumeLines]>> = {
  hostPath: [
    "HostPath (bare host directory volume)",
    (source) => [`Path:\t${textAt(source, "path")}`, `HostPathType:\t${textAt(source, "type")}`],
  ],
  emptyDir: [
    "EmptyDir (a temporary directory that shares a pod's lifetime)",
    (source) => [`Medium:\t${textAt(source, "medium")}`, `SizeLimit:\t${textAt(source, "sizeLimit") || "<unset>"}`],
  ],
  secret: [
    "Secret (a volume populated by a Secret)",
    (source) => [`SecretName:\t${textAt(source, "secretName")}`, `Optional:\t${source["optional"] === true}`],
  ],
  configMap: [
    "ConfigMap (a volume populated by a ConfigMap)",
    (source) => [`Name:\t${textAt(source, "name")}`, `Optional:\t${source["optional"] === true}`],
  ],
  persistentVolumeClaim: [
    "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    (source) => [`ClaimName:\t${textAt(source, "claimName")}`, `ReadOnly:\t${source["readOnly"] === true}`],
  ],
  downwardAPI: [
    "DownwardAPI (a volume populated by information about the pod)",
    (source) => [
      "Items:",
      ...listAt(source, "items").map((item) => `  ${textAt(item, "fieldRef", "fieldPath")} -> ${textAt(item, "path")}`),
    ],
  ],
  nfs: [
    "NFS (an NFS mount that lasts the lifetime of a pod)",
    (source) => [
      ...[`Server:\t${textAt(source, "server")}`, `Path:\t${textAt(source, "path")}`],
      `ReadOnly:\t${source["readOnly"] === true}`,
    ],
  ],
  local: [
    "LocalVolume (a persistent volume backed by local storage on a node)",
    (source) => [`Path:\t${textAt(source, "path")}`],
  ],
  projected: [
    "Projected (a volume that contains injected data from multiple sources)",
    (source) => listAt(source, "sources").flatMap(projectedLines),
  ],
};

function projectedLines(source: Json): readonly string[] {
  const optional = (field: string) =>
    at(source, field, "optional") === undefined ? "<nil>" : String(at(source, field, "optional"));
  if (isObject(at(source, "secret"))) {
    return [`SecretName:\t${textAt(source, "secret", "name")}`, `SecretOptionalName:\t${optional("secret")}`];
  }
  if (isObject(at(source, "downwardAPI"))) return ["DownwardAPI:\ttrue"];
  if (isObject(at(source, "configMap"))) {
    return [`ConfigMapName:\t${textAt(source, "configMap", "name")}`, `ConfigMapOptional:\t${optional("configMap")}`];
  }
  const seconds = at(source, "serviceAccountToken", "expirationSeconds");
  return seconds === undefined ? [] : [`TokenExpirationSeconds:\t${seconds}`];
}

/** The volumes of a pod or, with an inset, of a template. */
export function describeVolumes(page: Page, volumes: readonly Json[], inset: string): void {
  page.line(0, volumes.length === 0 ? `${inset}Volumes:\t<none>` : `${inset}Volumes:`);
  for (const volume of volumes) {
    if (!isObject(volume)) continue;
    page.line(1, `${inset === "" ? "" : " "}${textAt(volume, "name")}:`);
    for (const line of sourceLines(volume)) page.line(2, line);
  }
}

/** What a volume, or a PersistentVolume's spec, is made of: its type and what is said of that. */
export function sourceLines(volume: JsonObject): readonly string[] {
  const field = Object.keys(volume).find((key) => BY_SOURCE[key] !== undefined);
  if (field === undefined) return ["<unknown>"];
  const [type, lines] = BY_SOURCE[field]!;
  const source = volume[field];
  return [`Type:\t${type}`, ...lines(isObject(source) ? source : {})];
}
