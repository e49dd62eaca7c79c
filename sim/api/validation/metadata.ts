/**
 * Rules of `metadata` that hold for every kind (Kubernetes 1.32, apimachinery pkg/api/validation/objectmeta.go).
 * Left out: managedFields; the limit of 256 KiB counts UTF-16 units of annotations.
 * Invariant: labels that were found good are not looked at again as long as they are the same object.
 */
import type { Kind } from "../kinds/kind.ts";
import type { ObjectMeta, OwnerReference } from "../types.ts";
import { type FieldError, forbidden, goStrings, invalid, required, tooLong } from "./field-error.ts";
import { dnsLabel, labelValue, qualifiedName } from "./names.ts";

type StringMap = Readonly<Record<string, string>>;

const ANNOTATION_BYTES_MAX = 256 * 1024;
const STANDARD_FINALIZERS = new Set(["kubernetes", "orphan", "foregroundDeletion"]);
const goodLabels = new WeakSet<StringMap>();

/** Errors of a map of labels, at `field`. */
export function validateLabels(labels: StringMap | undefined, field: string): readonly FieldError[] {
  if (!labels || goodLabels.has(labels)) return [];
  const errors: FieldError[] = [];
  for (const [key, value] of Object.entries(labels)) {
    for (const sentence of qualifiedName(key)) errors.push(invalid(field, key, sentence));
    for (const sentence of labelValue(value)) errors.push(invalid(field, value, sentence));
  }
  if (errors.length === 0) goodLabels.add(labels);
  return errors;
}

/** Errors of a map of annotations, at `field`; only keys have a format. */
export function validateAnnotations(annotations: StringMap | undefined, field: string): readonly FieldError[] {
  if (!annotations || goodLabels.has(annotations)) return [];
  const errors: FieldError[] = [];
  let size = 0;
  for (const [key, value] of Object.entries(annotations)) {
    for (const sentence of qualifiedName(key.toLowerCase())) errors.push(invalid(field, key, sentence));
    size += key.length + value.length;
  }
  if (size > ANNOTATION_BYTES_MAX) errors.push(tooLong(field, ANNOTATION_BYTES_MAX));
  return errors;
}

function validateOwners(owners: readonly OwnerReference[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  owners.forEach((owner, index) => {
    const at = `${field}[${index}]`;
    if (!owner.apiVersion) errors.push(invalid(`${at}.apiVersion`, owner.apiVersion, "version must not be empty"));
    if (!owner.kind) errors.push(invalid(`${at}.kind`, owner.kind, "must not be empty"));
    if (!owner.name) errors.push(invalid(`${at}.name`, owner.name, "must not be empty"));
    if (!owner.uid) errors.push(invalid(`${at}.uid`, owner.uid, "must not be empty"));
  });
  const controllers = owners.filter((owner) => owner.controller);
  if (controllers.length > 1) {
    const [first, second] = controllers as [OwnerReference, OwnerReference];
    const detail = `Only one reference can have Controller set to true. Found "true" in references for ${first.kind}/${first.name} and ${second.kind}/${second.name}`;
    errors.push(invalid(field, { go: JSON.stringify(owners) }, detail));
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const name of finalizers) {
    for (const sentence of qualifiedName(name)) errors.push(invalid(field, name, sentence));
    if (!name.includes("/") && !STANDARD_FINALIZERS.has(name)) {
      errors.push(invalid(field, name, "name is neither a standard finalizer name nor is it fully qualified"));
    }
  }
  if (finalizers.includes("orphan") && finalizers.includes("foregroundDeletion")) {
    const detail = "finalizer orphan and foregroundDeletion cannot be both set";
    errors.push(invalid(field, goStrings(finalizers), detail));
  }
  return errors;
}

/** Errors of a generateName: as of a name, but it may end where a suffix follows. */
function validateGenerateName(kind: Kind, stem: string): FieldError[] {
  return kind.nameRule(stem.replace(/-$/, "a")).map((sentence) => invalid("metadata.generateName", stem, sentence));
}

/** Errors of an object's metadata. */
export function validateMetadata(kind: Kind, metadata: ObjectMeta): readonly FieldError[] {
  const { name, generateName, namespace, labels, annotations, ownerReferences, finalizers } = metadata;
  const errors: FieldError[] = [];
  if (generateName) errors.push(...validateGenerateName(kind, generateName));
  if (!name) errors.push(required("metadata.name", "name or generateName is required"));
  else errors.push(...kind.nameRule(name).map((sentence) => invalid("metadata.name", name, sentence)));
  if (namespace)
    errors.push(...dnsLabel(namespace).map((sentence) => invalid("metadata.namespace", namespace, sentence)));
  errors.push(...validateLabels(labels, "metadata.labels"));
  errors.push(...validateAnnotations(annotations, "metadata.annotations"));
  if (ownerReferences) errors.push(...validateOwners(ownerReferences, "metadata.ownerReferences"));
  if (finalizers) errors.push(...validateFinalizers(finalizers, "metadata.finalizers"));
  return errors;
}

/** Errors of a change of metadata. Upstream checks the finalizers twice, and so says it twice. */
export function validateMetadataUpdate(next: ObjectMeta, previous: ObjectMeta): readonly FieldError[] {
  if (!previous.deletionTimestamp) return [];
  const added = (next.finalizers ?? []).filter((name) => !previous.finalizers?.includes(name));
  if (added.length === 0) return [];
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${goStrings(added).go}`;
  const error = forbidden("metadata.finalizers", detail);
  return [error, error];
}
