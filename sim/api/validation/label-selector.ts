/**
 * Validation of label selector objects (Kubernetes 1.32, apimachinery pkg/apis/meta/v1/validation/validation.go).
 * Left out: selectors that are allowed to be invalid for old objects.
 * Invariant: none beside the wording.
 */
import type { LabelSelector } from "../kinds/pod-spec.ts";
import { type FieldError, forbidden, invalid, required } from "./field-error.ts";
import { validateLabels } from "./metadata.ts";
import { labelValue, qualifiedName } from "./names.ts";

/** Errors of a selector at `field`; an absent one is good here. */
export function validateLabelSelector(selector: LabelSelector | undefined, field: string): readonly FieldError[] {
  if (!selector) return [];
  const errors: FieldError[] = [...validateLabels(selector.matchLabels, `${field}.matchLabels`)];
  selector.matchExpressions?.forEach(({ key, operator, values }, index) => {
    const at = `${field}.matchExpressions[${index}]`;
    if (operator === "In" || operator === "NotIn") {
      if (!values?.length)
        errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values?.length)
        errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else {
      errors.push(invalid(`${at}.operator`, operator, "not a valid selector operator"));
    }
    errors.push(...qualifiedName(key).map((sentence) => invalid(`${at}.key`, key, sentence)));
    values?.forEach((value, place) => {
      errors.push(...labelValue(value).map((sentence) => invalid(`${at}.values[${place}]`, value, sentence)));
    });
  });
  return errors;
}
