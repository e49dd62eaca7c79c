/**
 * What a failed pod means for its Job, and which successes are enough.
 * Source: Kubernetes 1.32, pkg/controller/job/{pod_failure_policy,success_policy}.go.
 * Left out: nothing.
 * Invariant: pure; the first rule that matches decides.
 */
import type { Job, PodFailureRule } from "../../api/kinds/job.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { parseIndexes } from "./indexes.ts";

/** The verdict of the rules on one failed pod. `failure`: the Job has failed, and why. */
export interface FailureVerdict {
  readonly counts: boolean;
  readonly failsIndex: boolean;
  readonly failure?: string;
}

const counted: FailureVerdict = { counts: true, failsIndex: false };

/** Applies the failure policy; without one, or without a match, the failure counts. */
export function judgeFailure(job: Job, pod: Pod): FailureVerdict {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const match = exitCodeMatch(rule, pod) ?? conditionMatch(rule, pod);
    if (match === undefined) continue;
    switch (rule.action) {
      case "Ignore":
        return { counts: false, failsIndex: false };
      case "Count":
        return counted;
      case "FailIndex":
        return { counts: true, failsIndex: true };
      case "FailJob":
        return { counts: true, failsIndex: false, failure: `${match} matching ${rule.action} rule at index ${index}` };
    }
  }
  return counted;
}

function exitCodeMatch({ onExitCodes }: PodFailureRule, pod: Pod): string | undefined {
  if (onExitCodes === undefined) return undefined;
  const { containerName, operator, values } = onExitCodes;
  for (const status of [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])]) {
    const code = status.state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== status.name)) continue;
    if (values.includes(code) !== (operator === "In")) continue;
    const { namespace, name } = pod.metadata;
    return `Container ${status.name} for pod ${namespace}/${name} failed with exit code ${code}`;
  }
  return undefined;
}

function conditionMatch({ onPodConditions = [] }: PodFailureRule, pod: Pod): string | undefined {
  for (const { type, status } of onPodConditions) {
    const found = pod.status?.conditions?.find((one) => one.type === type && one.status === status);
    if (found !== undefined) return `Pod ${pod.metadata.namespace}/${pod.metadata.name} has condition ${type}`;
  }
  return undefined;
}

/** Why the successes so far are enough; undefined while they are not. */
export function successMessage({ spec }: Job, done: readonly number[]): string | undefined {
  const rules = spec.successPolicy?.rules ?? [];
  const isMet = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    const wanted = succeededIndexes === undefined ? undefined : parseIndexes(succeededIndexes, spec.completions ?? 0);
    const found = wanted === undefined ? done : wanted.filter((index) => done.includes(index));
    return found.length >= (succeededCount ?? wanted?.length ?? Number.POSITIVE_INFINITY);
  });
  return isMet < 0 ? undefined : `Matched rules at index ${isMet}`;
}
