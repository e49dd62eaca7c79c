/**
 * Validation of StorageClasses (Kubernetes 1.32, pkg/apis/storage/validation/validation.go).
 * Left out: the values of allowed topologies.
 * Invariant: how volumes are made never changes under a name.
 */
import type { StorageClass } from "../kinds/storage-class.ts";
import { equalJson } from "../schema/equal-json.ts";
import { type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";
import { qualifiedName } from "./names.ts";

const POLICIES = ["Delete", "Retain"];
const BINDINGS = ["Immediate", "WaitForFirstConsumer"];

/** Errors of a class by itself. */
export function validateStorageClass(storageClass: StorageClass): readonly FieldError[] {
  const { provisioner, parameters = {}, reclaimPolicy, volumeBindingMode } = storageClass;
  const errors: FieldError[] = provisioner
    ? qualifiedName(provisioner.toLowerCase()).map((text) => invalid("provisioner", provisioner, text))
    : [required("provisioner")];
  if ("" in parameters) errors.push(invalid("parameters", "", "field can not be empty."));
  if (reclaimPolicy && !POLICIES.includes(reclaimPolicy)) {
    errors.push(notSupported("reclaimPolicy", reclaimPolicy, POLICIES));
  }
  if (volumeBindingMode && !BINDINGS.includes(volumeBindingMode)) {
    errors.push(notSupported("volumeBindingMode", volumeBindingMode, BINDINGS));
  }
  return errors;
}

/** Errors of a change of a class. */
export function validateStorageClassUpdate(next: StorageClass, previous: StorageClass): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const field of ["parameters", "provisioner", "reclaimPolicy"] as const) {
    if (equalJson(next[field], previous[field])) continue;
    errors.push(forbidden(field, `updates to ${field} are forbidden.`));
  }
  if (next.volumeBindingMode !== previous.volumeBindingMode) {
    errors.push(invalid("volumeBindingMode", next.volumeBindingMode, "field is immutable"));
  }
  return errors;
}
