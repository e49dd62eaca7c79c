/**
 * Validation of node and pod affinity (Kubernetes 1.32, pkg/apis/core/validation/validation.go validateAffinity).
 * Left out: matchLabelKeys.
 * Invariant: none beside the wording.
 */
import type {
  Affinity,
  NodeAffinity,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
} from "../kinds/pod-spec.ts";
import { type FieldError, forbidden, invalid, required } from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { dnsLabel, qualifiedName } from "./names.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

function validateExpression({ key, operator, values }: NodeSelectorRequirement, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const count = values?.length ?? 0;
  switch (operator) {
    case "In":
    case "NotIn":
      if (count === 0) errors.push(required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
      break;
    case "Exists":
    case "DoesNotExist":
      if (count > 0)
        errors.push(forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      break;
    case "Gt":
    case "Lt":
      if (count !== 1)
        errors.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
      break;
    default:
      errors.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  }
  errors.push(...qualifiedName(key).map((sentence) => invalid(`${field}.key`, key, sentence)));
  return errors;
}

function validateTerm(term: NodeSelectorTerm, field: string): FieldError[] {
  const errors: FieldError[] = [];
  term.matchExpressions?.forEach((one, index) => {
    errors.push(...validateExpression(one, `${field}.matchExpressions[${index}]`));
  });
  term.matchFields?.forEach((one, index) => {
    const at = `${field}.matchFields[${index}]`;
    if ((one.operator === "In" || one.operator === "NotIn") && one.values?.length !== 1) {
      errors.push(
        required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"),
      );
    } else if (one.operator !== "In" && one.operator !== "NotIn") {
      errors.push(invalid(`${at}.operator`, one.operator, "not a valid selector operator"));
    }
    if (one.key !== "metadata.name") errors.push(invalid(`${at}.key`, one.key, "not a valid field selector key"));
  });
  return errors;
}

function validateWeight(weight: number, field: string): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${field}.weight`, weight, "must be in the range 1-100")];
}

function validateNodeAffinity(affinity: NodeAffinity, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const terms = affinity[REQUIRED]?.nodeSelectorTerms;
  if (affinity[REQUIRED]) {
    const at = `${field}.${REQUIRED}.nodeSelectorTerms`;
    if (!terms?.length) errors.push(required(at, "must have at least one node selector term"));
    terms?.forEach((term, index) => {
      errors.push(...validateTerm(term, `${at}[${index}]`));
    });
  }
  affinity[PREFERRED]?.forEach(({ weight, preference }, index) => {
    const at = `${field}.${PREFERRED}[${index}]`;
    errors.push(...validateWeight(weight, at), ...validateTerm(preference, `${at}.preference`));
  });
  return errors;
}

function validatePodTerm(term: PodAffinityTerm, field: string): FieldError[] {
  const errors: FieldError[] = [...validateLabelSelector(term.labelSelector, `${field}.labelSelector`)];
  term.namespaces?.forEach((name) => {
    errors.push(...dnsLabel(name).map((sentence) => invalid(`${field}.namespace`, name, sentence)));
  });
  if (!term.topologyKey) errors.push(required(`${field}.topologyKey`, "can not be empty"));
  errors.push(
    ...qualifiedName(term.topologyKey).map((sentence) => invalid(`${field}.topologyKey`, term.topologyKey, sentence)),
  );
  return errors;
}

function validatePodAffinity(affinity: PodAffinity, field: string): FieldError[] {
  const errors: FieldError[] = [];
  affinity[REQUIRED]?.forEach((term, index) => {
    errors.push(...validatePodTerm(term, `${field}.${REQUIRED}[${index}]`));
  });
  affinity[PREFERRED]?.forEach(({ weight, podAffinityTerm }, index) => {
    const at = `${field}.${PREFERRED}[${index}]`;
    errors.push(...validateWeight(weight, at), ...validatePodTerm(podAffinityTerm, `${at}.podAffinityTerm`));
  });
  return errors;
}

/** Errors of a pod's affinity at `field`. */
export function validateAffinity(affinity: Affinity | undefined, field: string): readonly FieldError[] {
  if (!affinity) return [];
  return [
    ...(affinity.nodeAffinity ? validateNodeAffinity(affinity.nodeAffinity, `${field}.nodeAffinity`) : []),
    ...(affinity.podAffinity ? validatePodAffinity(affinity.podAffinity, `${field}.podAffinity`) : []),
    ...(affinity.podAntiAffinity ? validatePodAffinity(affinity.podAntiAffinity, `${field}.podAntiAffinity`) : []),
  ];
}
