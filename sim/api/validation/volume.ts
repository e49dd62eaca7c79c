/**
 * Validation of PersistentVolumes (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec).
 * Left out: the insides of cloud and array sources; the Go diff behind the sentence on an immutable source.
 * Invariant: a volume has exactly one source, and keeps it.
 */
import type { PersistentVolume, PersistentVolumeSpec } from "../kinds/persistent-volume.ts";
import { compareQuantities, parseQuantity } from "../quantity.ts";
import { equalJson } from "../schema/equal-json.ts";
import type { Json } from "../types.ts";
import { validateAccessModes, validateClassName, validateVolumeMode } from "./access-modes.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";

/** Fields of the spec that are no source. */
const NO_SOURCES = new Set([
  "capacity",
  "accessModes",
  "claimRef",
  "persistentVolumeReclaimPolicy",
  "storageClassName",
  "mountOptions",
  "volumeMode",
  "nodeAffinity",
  "volumeAttributesClassName",
]);

const POLICIES = ["Delete", "Recycle", "Retain"];

function sourcesOf(spec: PersistentVolumeSpec): Readonly<Record<string, Json>> {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !NO_SOURCES.has(name)));
}

function validatePath(path: string | undefined, field: string): readonly FieldError[] {
  if (!path) return [required(field)];
  return path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : [];
}

function validateCapacity({ capacity = {} }: PersistentVolumeSpec): readonly FieldError[] {
  const names = Object.keys(capacity);
  const errors: FieldError[] = [];
  if (names.length === 0) errors.push(required("spec.capacity"));
  if (capacity.storage === undefined || names.length > 1) {
    const pairs = names.sort().map((name) => `${JSON.stringify(name)}:${JSON.stringify(capacity[name])}`);
    errors.push(notSupported("spec.capacity", { go: `{${pairs.join(",")}}` }, ["storage"]));
  }
  for (const name of names) {
    const value = capacity[name]!;
    if (compareQuantities(parseQuantity(value), parseQuantity("0")) > 0) continue;
    errors.push(invalid(`spec.capacity[${name}]`, value, "must be greater than zero"));
  }
  return errors;
}

function validateSource(spec: PersistentVolumeSpec): readonly FieldError[] {
  const { hostPath, nfs, local, csi, nodeAffinity } = spec;
  const [first, ...more] = Object.keys(sourcesOf(spec));
  if (first === undefined) return [required("spec", "must specify a volume type")];
  const errors = more.map((name) => forbidden(`spec.${name}`, "may not specify more than one volume type"));
  if (first === "hostPath" && hostPath) errors.push(...validatePath(hostPath.path, "spec.hostPath.path"));
  if (first === "nfs" && nfs) {
    if (!nfs.server) errors.push(required("spec.nfs.server"));
    if (!nfs.path) errors.push(required("spec.nfs.path"));
    else if (!nfs.path.startsWith("/")) errors.push(invalid("spec.nfs.path", nfs.path, "must be an absolute path"));
  }
  if (first === "local" && local) {
    errors.push(...validatePath(local.path, "spec.local.path"));
    if (!nodeAffinity) errors.push(required("spec.nodeAffinity", "Local volume requires node affinity"));
  }
  if (first === "csi" && csi) {
    if (!csi.driver) errors.push(required("spec.csi.driver"));
    if (!csi.volumeHandle) errors.push(required("spec.csi.volumeHandle"));
  }
  return errors;
}

/** Errors of a volume by itself. */
export function validateVolume({ spec }: PersistentVolume): readonly FieldError[] {
  const modes = spec.accessModes ?? [];
  const policy = spec.persistentVolumeReclaimPolicy;
  const errors: FieldError[] = [];
  if (modes.length === 0) errors.push(required("spec.accessModes"));
  errors.push(...validateAccessModes(modes), ...validateCapacity(spec));
  if (policy && !POLICIES.includes(policy)) {
    errors.push(notSupported("spec.persistentVolumeReclaimPolicy", policy, POLICIES));
  }
  if (spec.nodeAffinity && !spec.nodeAffinity.required) {
    errors.push(required("spec.nodeAffinity.required", "must specify required node constraints"));
  }
  errors.push(...validateSource(spec));
  if (spec.hostPath?.path === "/" && policy === "Recycle") {
    const why = "may not be 'recycle' for a hostPath mount of '/'";
    errors.push(forbidden("spec.persistentVolumeReclaimPolicy", why));
  }
  errors.push(...validateClassName(spec.storageClassName), ...validateVolumeMode(spec.volumeMode));
  return errors;
}

/** Errors of a change of a volume. */
export function validateVolumeUpdate(next: PersistentVolume, previous: PersistentVolume): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!equalJson(sourcesOf(next.spec), sourcesOf(previous.spec))) {
    errors.push(forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation"));
  }
  if (next.spec.volumeMode !== previous.spec.volumeMode) {
    errors.push(invalid("volumeMode", next.spec.volumeMode, "field is immutable"));
  }
  if (previous.spec.nodeAffinity && !equalJson(next.spec.nodeAffinity, previous.spec.nodeAffinity)) {
    errors.push(invalid("nodeAffinity", { go: JSON.stringify(next.spec.nodeAffinity) }, "field is immutable"));
  }
  return errors;
}
