/**
 * Validation of pods and pod templates (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidatePodSpec).
 * Left out: security contexts, volume sources' insides, resource claims.
 * Invariant: a spec found valid is remembered by identity, so pods of one template are checked once.
 */
import type { Pod } from "../kinds/pod.ts";
import type { PodSpec, PodTemplateSpec, Toleration, TopologySpreadConstraint, Volume } from "../kinds/pod-spec.ts";
import { validateAffinity } from "./affinity.ts";
import { validateContainers } from "./container.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { validateAnnotations, validateLabels } from "./metadata.ts";
import { dnsLabel, dnsSubdomain, qualifiedName } from "./names.ts";

const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const DNS_POLICIES = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
const UNSATISFIABLE = ["DoNotSchedule", "ScheduleAnyway"];

/** Errors of tolerations, at `field`. */
function validateTolerations(tolerations: readonly Toleration[] | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  tolerations?.forEach((toleration, index) => {
    const at = `${field}[${index}]`;
    const { key, operator, value, effect, tolerationSeconds } = toleration;
    if (key) errors.push(...qualifiedName(key).map((sentence) => invalid(`${at}.key`, key, sentence)));
    else if (operator !== "Exists") {
      errors.push(
        invalid(
          `${at}.operator`,
          operator ?? "",
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    }
    if (tolerationSeconds !== undefined && effect !== "NoExecute") {
      errors.push(invalid(`${at}.effect`, effect ?? "", "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === "Exists" && value) {
      errors.push(invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else if (operator && operator !== "Exists" && operator !== "Equal") {
      errors.push(notSupported(`${at}.operator`, operator, ["Equal", "Exists"]));
    }
    if (effect && !EFFECTS.includes(effect)) errors.push(notSupported(`${at}.effect`, effect, EFFECTS));
  });
  return errors;
}

function validateVolumes(volumes: readonly Volume[] | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  volumes?.forEach((volume, index) => {
    const at = `${field}[${index}]`;
    const sources = Object.keys(volume).filter((key) => key !== "name");
    for (const source of sources.slice(1)) {
      errors.push({
        reason: "FieldValueForbidden",
        field: `${at}.${source}`,
        body: "Forbidden: may not specify more than 1 volume type",
      });
    }
    if (volume.hostPath && !volume.hostPath.path) errors.push(required(`${at}.hostPath.path`));
    if (volume.configMap && !volume.configMap.name) errors.push(required(`${at}.configMap.name`));
    if (volume.secret && !volume.secret.secretName) errors.push(required(`${at}.secret.secretName`));
    if (volume.persistentVolumeClaim && !volume.persistentVolumeClaim.claimName) {
      errors.push(required(`${at}.persistentVolumeClaim.claimName`));
    }
    if (!volume.name) errors.push(required(`${at}.name`));
    else errors.push(...dnsLabel(volume.name).map((sentence) => invalid(`${at}.name`, volume.name, sentence)));
    if (seen.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
    seen.add(volume.name);
  });
  return errors;
}

function validateSpread(constraints: readonly TopologySpreadConstraint[] | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  constraints?.forEach((constraint, index) => {
    const at = `${field}[${index}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, minDomains } = constraint;
    if (maxSkew <= 0) errors.push(invalid(`${at}.maxSkew`, maxSkew, "must be greater than zero"));
    if (!topologyKey) errors.push(required(`${at}.topologyKey`, "can not be empty"));
    else
      errors.push(...qualifiedName(topologyKey).map((sentence) => invalid(`${at}.topologyKey`, topologyKey, sentence)));
    if (!UNSATISFIABLE.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${at}.whenUnsatisfiable`, whenUnsatisfiable, UNSATISFIABLE));
    }
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    if (seen.has(pair)) errors.push(duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, pair));
    seen.add(pair);
    if (minDomains !== undefined && minDomains <= 0) {
      errors.push(invalid(`${at}.minDomains`, minDomains, "must be greater than zero"));
    }
    errors.push(...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`));
  });
  return errors;
}

function named(value: string | undefined, field: string, rule: (text: string) => readonly string[]): FieldError[] {
  return value ? rule(value).map((sentence) => invalid(field, value, sentence)) : [];
}

function enumerated(value: string | undefined, field: string, supported: readonly string[]): FieldError[] {
  if (!value) return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

function seconds(value: number | undefined, field: string, min: number): FieldError[] {
  if (value === undefined || value >= min) return [];
  const detail = min === 0 ? "must be greater than or equal to 0" : "must be between 1 and 2147483647, inclusive";
  return [invalid(field, value, detail)];
}

const goodSpecs = new WeakSet<PodSpec>();

/** Errors of a pod spec at `field`, in upstream's order. */
function validatePodSpec(spec: PodSpec, field: string): readonly FieldError[] {
  if (goodSpecs.has(spec)) return [];
  const volumes = new Set((spec.volumes ?? []).map((volume) => volume.name));
  const errors: FieldError[] = [
    ...validateVolumes(spec.volumes, `${field}.volumes`),
    ...validateContainers(spec, volumes, field),
    ...enumerated(spec.restartPolicy, `${field}.restartPolicy`, RESTART_POLICIES),
    ...enumerated(spec.dnsPolicy, `${field}.dnsPolicy`, DNS_POLICIES),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`),
    ...named(spec.serviceAccountName, `${field}.serviceAccountName`, dnsSubdomain),
    ...named(spec.nodeName, `${field}.nodeName`, dnsSubdomain),
    ...seconds(spec.activeDeadlineSeconds, `${field}.activeDeadlineSeconds`, 1),
    ...named(spec.hostname, `${field}.hostname`, dnsLabel),
    ...named(spec.subdomain, `${field}.subdomain`, dnsLabel),
    ...validateAffinity(spec.affinity, `${field}.affinity`),
    ...validateTolerations(spec.tolerations, `${field}.tolerations`),
    ...validateSpread(spec.topologySpreadConstraints, `${field}.topologySpreadConstraints`),
    ...seconds(spec.terminationGracePeriodSeconds, `${field}.terminationGracePeriodSeconds`, 0),
    ...named(spec.priorityClassName, `${field}.priorityClassName`, dnsSubdomain),
  ];
  if (errors.length === 0) goodSpecs.add(spec);
  return errors;
}

/** Errors of a template at `field`. */
export function validatePodTemplate(template: PodTemplateSpec, field: string): readonly FieldError[] {
  return [
    ...validateLabels(template.metadata?.labels, `${field}.labels`),
    ...validateAnnotations(template.metadata?.annotations, `${field}.annotations`),
    ...(template.spec ? validatePodSpec(template.spec, `${field}.spec`) : []),
  ];
}

/** Errors of a pod by itself. */
export function validatePod(pod: Pod): readonly FieldError[] {
  return validatePodSpec(pod.spec, "spec");
}
