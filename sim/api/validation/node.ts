/**
 * Validation of nodes (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidateNode).
 * Left out: capacity, configuration sources.
 * Invariant: a node's pod CIDR and provider are given once.
 */
import type { Node, Taint } from "../kinds/node.ts";
import { duplicate, type FieldError, forbidden, invalid, notSupported, required } from "./field-error.ts";
import { labelValue, qualifiedName } from "./names.ts";

const EFFECTS = ["NoExecute", "NoSchedule", "PreferNoSchedule"];

function validateTaints(taints: readonly Taint[]): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  taints.forEach(({ key, value, effect }, index) => {
    const at = `spec.taints[${index}]`;
    errors.push(...qualifiedName(key).map((sentence) => invalid(`${at}.key`, key, sentence)));
    if (value) errors.push(...labelValue(value).map((sentence) => invalid(`${at}.value`, value, sentence)));
    if (!effect) errors.push(required(`${at}.effect`));
    else if (!EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
    const pair = `${key}:${effect}`;
    if (seen.has(pair))
      errors.push({
        ...duplicate(at, pair),
        body: `${duplicate(at, "").body.slice(0, -2)}${goTaint({ key, value: value ?? "", effect })}: taints must be unique by key and effect pair`,
      });
    seen.add(pair);
  });
  return errors;
}

function goTaint({ key, value, effect }: Taint): string {
  return `core.Taint{Key:${JSON.stringify(key)}, Value:${JSON.stringify(value ?? "")}, Effect:${JSON.stringify(effect)}, TimeAdded:<nil>}`;
}

/** Errors of a node by itself. */
export function validateNode({ spec }: Node): readonly FieldError[] {
  return spec.taints ? validateTaints(spec.taints) : [];
}

/** Errors of a change of a node. */
export function validateNodeUpdate(next: Node, previous: Node): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (previous.spec.podCIDR && next.spec.podCIDR !== previous.spec.podCIDR) {
    errors.push(forbidden("spec.podCIDRs", 'node updates may not change podCIDR except from "" to valid'));
  }
  if (previous.spec.providerID && next.spec.providerID !== previous.spec.providerID) {
    errors.push(forbidden("spec.providerID", 'node updates may not change providerID except from "" to valid'));
  }
  return errors;
}
