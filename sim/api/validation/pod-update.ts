/**
 * What may change in a pod that exists: images, the deadline, more tolerations, and little else
 * (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidatePodUpdate).
 * Left out: the Go diff that upstream puts behind its sentence, which differs from run to run there too.
 * Invariant: nodeName is changed by binding only.
 */
import type { Container } from "../kinds/container.ts";
import type { Pod } from "../kinds/pod.ts";
import type { PodSpec, Toleration } from "../kinds/pod-spec.ts";
import { equalJson } from "../schema/equal-json.ts";
import { type FieldError, forbidden, invalid } from "./field-error.ts";

const IMMUTABLE =
  "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

function withImages(containers: readonly Container[], from: readonly Container[]): readonly Container[] {
  return containers.map((container, index) => {
    const { image: _image, ...rest } = container;
    const image = from[index]!.image;
    return image === undefined ? rest : { ...rest, image };
  });
}

function sameLength(next: readonly Container[] | undefined, previous: readonly Container[] | undefined, field: string) {
  if ((next?.length ?? 0) === (previous?.length ?? 0)) return [];
  const error = forbidden(`spec.${field}`, "pod updates may not add or remove containers");
  return [error];
}

function withoutSeconds({ tolerationSeconds: _seconds, ...rest }: Toleration): Toleration {
  return rest;
}

/** Old tolerations must still be there, but for their seconds. */
function tolerationErrors(next: PodSpec, previous: PodSpec): FieldError[] {
  for (const old of previous.tolerations ?? []) {
    const kept = (next.tolerations ?? []).some((one) => equalJson(withoutSeconds(one), withoutSeconds(old)));
    if (!kept)
      return [forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds")];
  }
  return [];
}

function deadlineErrors(
  { activeDeadlineSeconds: next }: PodSpec,
  { activeDeadlineSeconds: previous }: PodSpec,
): FieldError[] {
  const field = "spec.activeDeadlineSeconds";
  if (previous === undefined || next === previous) return [];
  if (next === undefined) return [invalid(field, next, "must not update from a positive integer to nil value")];
  return next > previous ? [invalid(field, next, "must be less than or equal to previous value")] : [];
}

/** Scheduling gates may go; while there are any, node selectors may be narrowed, which is not modelled. */
function comparable(next: PodSpec, previous: PodSpec): PodSpec {
  const { schedulingGates: _gates, activeDeadlineSeconds: _deadline, tolerations: _tolerations, ...rest } = next;
  const gatesRemoved = (next.schedulingGates ?? []).every((gate) =>
    previous.schedulingGates?.some((one) => one.name === gate.name),
  );
  return {
    ...rest,
    containers: withImages(next.containers, previous.containers),
    ...(next.initContainers ? { initContainers: withImages(next.initContainers, previous.initContainers ?? []) } : {}),
    ...(previous.ephemeralContainers ? { ephemeralContainers: previous.ephemeralContainers } : {}),
    ...(previous.activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds: previous.activeDeadlineSeconds }),
    ...(previous.tolerations ? { tolerations: previous.tolerations } : {}),
    ...(gatesRemoved
      ? previous.schedulingGates
        ? { schedulingGates: previous.schedulingGates }
        : {}
      : { schedulingGates: next.schedulingGates! }),
  };
}

/** Errors of a change of a pod. */
export function validatePodUpdate(next: Pod, previous: Pod): readonly FieldError[] {
  if (next.spec === previous.spec) return [];
  const lengths = [
    ...sameLength(next.spec.containers, previous.spec.containers, "containers"),
    ...sameLength(next.spec.initContainers, previous.spec.initContainers, "initContainers"),
  ];
  if (lengths.length > 0) return lengths;
  const errors = [...deadlineErrors(next.spec, previous.spec), ...tolerationErrors(next.spec, previous.spec)];
  const grace = previous.spec.terminationGracePeriodSeconds ?? 0;
  const compared = comparable(next.spec, previous.spec);
  const target =
    grace < 0 && next.spec.terminationGracePeriodSeconds === 1
      ? { ...previous.spec, terminationGracePeriodSeconds: 1 }
      : previous.spec;
  const { ephemeralContainers: _one, ...left } = compared;
  const { ephemeralContainers: _other, ...right } = target;
  if (!equalJson(left, right)) errors.push(forbidden("spec", IMMUTABLE));
  return errors;
}
