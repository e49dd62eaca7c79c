/**
 * Validation of ResourceQuotas and LimitRanges (Kubernetes 1.32, pkg/apis/core/validation/validation.go).
 * Left out: scopes, ratios, which resources a type may bound.
 * Invariant: none beside the wording.
 */
import type { ResourceList } from "../kinds/container.ts";
import type { LimitRange, LimitRangeItem, ResourceQuota } from "../kinds/namespace-limits.ts";
import { compareQuantities } from "../quantity.ts";
import { duplicate, type FieldError, invalid } from "./field-error.ts";
import { qualifiedName } from "./names.ts";

/** Names of what is counted, not measured. */
const COUNTED = new Set([
  "pods",
  "services",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
]);

function validateAmounts(amounts: ResourceList = {}, at: string): readonly FieldError[] {
  return Object.keys(amounts)
    .sort()
    .flatMap((name) => {
      const field = `${at}[${name}]`;
      const value = amounts[name]!;
      const errors = qualifiedName(name).map((text) => invalid(field, name, text));
      if (compareQuantities(value, "0") < 0) {
        errors.push(invalid(field, value, "must be greater than or equal to 0"));
      }
      if ((COUNTED.has(name) || name.startsWith("count/")) && value.endsWith("m")) {
        errors.push(invalid(field, value, "must be an integer"));
      }
      return errors;
    });
}

/** Errors of a quota by itself. */
export function validateResourceQuota({ spec }: ResourceQuota): readonly FieldError[] {
  return validateAmounts(spec.hard, "spec.hard");
}

const ORDER = [
  ["min", "max"],
  ["min", "default"],
  ["min", "defaultRequest"],
  ["defaultRequest", "default"],
  ["defaultRequest", "max"],
  ["default", "max"],
] as const;

const WORDS = { min: "min", max: "max", default: "default", defaultRequest: "default request" } as const;

function validateItem(item: LimitRangeItem, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const [less, more] of ORDER) {
    for (const [name, value] of Object.entries(item[less] ?? {})) {
      const bound = item[more]?.[name];
      if (bound === undefined || compareQuantities(value, bound) <= 0) continue;
      const why = `${WORDS[less]} value ${value} is greater than ${WORDS[more]} value ${bound}`;
      errors.push(invalid(`${at}.${less}[${name}]`, value, why));
    }
  }
  return errors;
}

/** Errors of a LimitRange by itself. */
export function validateLimitRange({ spec }: LimitRange): readonly FieldError[] {
  const limits = spec.limits ?? [];
  const types = limits.map(({ type }) => type);
  return limits.flatMap((item, index) => {
    const at = `spec.limits[${index}]`;
    const again = types.indexOf(item.type) < index ? [duplicate(`${at}.type`, item.type)] : [];
    return [...again, ...validateItem(item, at)];
  });
}
