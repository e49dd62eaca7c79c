/**
 * `core/v1` ResourceQuota and LimitRange (Kubernetes 1.32, pkg/registry/core/{resourcequota,limitrange}): their types and
 * registrations.
 * Left out: neither is enforced yet; they are checked, stored and shown.
 * Invariant: the status of a quota is written through its subresource only.
 */
import { limitRangePrinter, resourceQuotaPrinter } from "../tables/policy-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateLimitRange, validateResourceQuota } from "../validation/namespace-limits.ts";
import type { ResourceList } from "./container.ts";
import type { Kind } from "./kind.ts";

/** A ResourceQuota. */
export interface ResourceQuota extends KubeObject {
  readonly spec: { readonly hard?: ResourceList; readonly scopes?: readonly string[] };
  readonly status?: { readonly hard?: ResourceList; readonly used?: ResourceList };
}

/** Bounds and defaults for one type of object. */
export interface LimitRangeItem {
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

/** A LimitRange. */
export interface LimitRange extends KubeObject {
  readonly spec: { readonly limits: readonly LimitRangeItem[] | null };
}

/** The kind ResourceQuota. */
export const resourceQuotaKind: Kind<ResourceQuota> = {
  group: "",
  version: "v1",
  resource: "resourcequotas",
  kind: "ResourceQuota",
  singular: "resourcequota",
  shortNames: ["quota"],
  categories: [],
  namespaced: true,
  subresources: ["status"],
  storagePrefix: "/registry/resourcequotas",
  struct: "ResourceQuota",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {
    prepareForCreate: (quota) => ({ ...quota, status: {} }),
    prepareForUpdate: (next, previous) => ({ ...next, status: previous.status ?? {} }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec }),
    validate: validateResourceQuota,
  },
  printer: resourceQuotaPrinter,
};

function withDefaults(range: LimitRange): LimitRange {
  const limits = range.spec.limits?.map((item) => {
    if (item.type !== "Container") return item;
    const limit = { ...item.max, ...item.default };
    const request = { ...item.min, ...limit, ...item.defaultRequest };
    return {
      ...item,
      ...(Object.keys(limit).length > 0 && { default: limit }),
      ...(Object.keys(request).length > 0 && { defaultRequest: request }),
    };
  });
  return limits === undefined ? range : { ...range, spec: { ...range.spec, limits } };
}

/** The kind LimitRange. */
export const limitRangeKind: Kind<LimitRange> = {
  group: "",
  version: "v1",
  resource: "limitranges",
  kind: "LimitRange",
  singular: "limitrange",
  shortNames: ["limits"],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/limitranges",
  struct: "LimitRange",
  nameRule: dnsSubdomain,
  strategy: { defaults: withDefaults, validate: validateLimitRange },
  printer: limitRangePrinter,
};
