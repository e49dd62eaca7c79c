/**
 * Validation of kinds with few rules: ConfigMap, Lease, Event (Kubernetes 1.32, pkg/apis/core/validation and
 * pkg/apis/coordination/validation).
 * Left out: events.k8s.io rules.
 * Invariant: none beside the wording.
 */
import type { ConfigMap } from "../kinds/config-map.ts";
import type { KubeEvent } from "../kinds/event.ts";
import type { Lease } from "../kinds/lease.ts";
import { equalJson } from "../schema/equal-json.ts";
import { type FieldError, forbidden, invalid, required } from "./field-error.ts";
import { configMapKey } from "./names.ts";

const CONFIG_BYTES_MAX = 1024 * 1024;

/** Errors of a ConfigMap by itself. */
export function validateConfigMap({ data = {}, binaryData = {} }: ConfigMap): readonly FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const [field, map] of [
    ["data", data],
    ["binaryData", binaryData],
  ] as const) {
    for (const key of Object.keys(map).sort()) {
      errors.push(...configMapKey(key).map((sentence) => invalid(`${field}[${key}]`, key, sentence)));
      if (field === "data" && binaryData[key] !== undefined)
        errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
      size += map[key]!.length;
    }
  }
  if (size > CONFIG_BYTES_MAX)
    errors.push({
      reason: "FieldValueTooLong",
      field: "",
      body: `Too long: may not be more than ${CONFIG_BYTES_MAX} bytes`,
    });
  return errors;
}

/** Errors of a change of a ConfigMap. */
export function validateConfigMapUpdate(next: ConfigMap, previous: ConfigMap): readonly FieldError[] {
  if (!previous.immutable) return [];
  const why = "field is immutable when `immutable` is set";
  return [
    ...(next.immutable ? [] : [forbidden("immutable", why)]),
    ...(equalJson(next.data, previous.data) ? [] : [forbidden("data", why)]),
    ...(equalJson(next.binaryData, previous.binaryData) ? [] : [forbidden("binaryData", why)]),
  ];
}

/** Errors of a Lease by itself. */
export function validateLease({ spec = {} }: Lease): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { leaseDurationSeconds, leaseTransitions, holderIdentity } = spec;
  if (holderIdentity === "") errors.push(invalid("spec.holderIdentity", "", "must not be empty"));
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) {
    errors.push(invalid("spec.leaseDurationSeconds", leaseDurationSeconds, "must be greater than 0"));
  }
  if (leaseTransitions !== undefined && leaseTransitions < 0) {
    errors.push(invalid("spec.leaseTransitions", leaseTransitions, "must be greater than or equal to 0"));
  }
  return errors;
}

/** Errors of an Event by itself. */
export function validateEvent(event: KubeEvent): readonly FieldError[] {
  const { involvedObject, metadata } = event;
  const about = involvedObject.namespace ?? "";
  if (about === "" && metadata.namespace !== "default" && metadata.namespace !== "kube-system") {
    return [invalid("involvedObject.namespace", about, "does not match event.namespace")];
  }
  if (about !== "" && about !== metadata.namespace) {
    return [invalid("involvedObject.namespace", about, "does not match event.namespace")];
  }
  return event.eventTime && !event.action ? [required("action")] : [];
}
