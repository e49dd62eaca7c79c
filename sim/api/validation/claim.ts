/**
 * Validation of PersistentVolumeClaims (Kubernetes 1.32, pkg/apis/core/validation/validation.go).
 * Left out: data sources; the Go diff behind the sentence on an immutable spec.
 * Invariant: a claim changes its volume's name once, and its size when bound.
 */
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from "../kinds/persistent-volume-claim.ts";
import { compareQuantities, parseQuantity } from "../quantity.ts";
import { equalJson } from "../schema/equal-json.ts";
import { validateAccessModes, validateClassName, validateVolumeMode } from "./access-modes.ts";
import { type FieldError, forbidden, invalid, required } from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";

const SIZE = "spec.resources[storage]";

function compare(a: string, b: string): number {
  return compareQuantities(parseQuantity(a), parseQuantity(b));
}

/** Errors of a claim by itself. */
export function validateClaim({ spec }: PersistentVolumeClaim): readonly FieldError[] {
  const modes = spec.accessModes ?? [];
  const size = spec.resources?.requests?.storage;
  const errors: FieldError[] = [];
  if (modes.length === 0) errors.push(required("spec.accessModes", "at least 1 access mode is required"));
  errors.push(...validateLabelSelector(spec.selector, "spec.selector"), ...validateAccessModes(modes));
  if (size === undefined) errors.push(required(SIZE));
  else if (compare(size, "0") <= 0) errors.push(invalid(SIZE, size, "must be greater than zero"));
  errors.push(...validateClassName(spec.storageClassName), ...validateVolumeMode(spec.volumeMode));
  return errors;
}

/** The spec without what this change may change. */
function fixedPart(spec: PersistentVolumeClaimSpec, named: boolean, bound: boolean, classed: boolean): unknown {
  const { volumeName, storageClassName, volumeAttributesClassName, resources, ...rest } = spec;
  const requests = { ...resources?.requests, ...(bound ? { storage: "" } : {}) };
  return {
    ...rest,
    resources: { ...resources, requests },
    ...(named && { volumeName }),
    ...(classed && { storageClassName }),
    ...(!bound && { volumeAttributesClassName }),
  };
}

/** Errors of a change of a claim. */
export function validateClaimUpdate(next: PersistentVolumeClaim, previous: PersistentVolumeClaim) {
  const bound = next.status?.phase === "Bound";
  const named = Boolean(previous.spec.volumeName);
  const classed = previous.spec.storageClassName !== undefined;
  const before = fixedPart(previous.spec, named, bound, classed);
  const errors: FieldError[] = [];
  if (!equalJson(fixedPart(next.spec, named, bound, classed), before)) {
    const why =
      "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims";
    errors.push(forbidden("spec", why));
  }
  const oldSize = previous.spec.resources?.requests?.storage ?? "0";
  const newSize = next.spec.resources?.requests?.storage ?? "0";
  const actual = previous.status?.capacity?.storage ?? "0";
  if (compare(newSize, oldSize) < 0 && compare(newSize, actual) <= 0) {
    errors.push(forbidden("spec.resources.requests.storage", "field can not be less than status.capacity"));
  }
  return errors;
}
