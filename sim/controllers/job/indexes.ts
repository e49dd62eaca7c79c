/**
 * Completion indexes of an Indexed Job, and their text form "0-2,5".
 * Source: Kubernetes 1.32, pkg/controller/job/indexed_job_utils.go.
 * Left out: nothing.
 * Invariant: a list of indexes is sorted and has none twice.
 */
import type { Job } from "../../api/kinds/job.ts";
import { COMPLETION_INDEX } from "../../api/kinds/job-labels.ts";
import type { Pod } from "../../api/kinds/pod.ts";

/** Whether each pod of a Job has an index. */
export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === "Indexed";
}

/** The index of a pod; undefined if it has none, or one that the Job does not have. */
export function indexOf(job: Job, pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  if (text === undefined || !/^\d{1,9}$/.test(text)) return undefined;
  const index = Number(text);
  return index < (job.spec.completions ?? 0) ? index : undefined;
}

/** Reads "0-2,5"; what is beyond the Job's completions is dropped. */
export function parseIndexes(text: string | undefined, completions: number): readonly number[] {
  const found: number[] = [];
  for (const part of (text ?? "").split(",")) {
    if (part === "") continue;
    const [first = "", last = first] = part.split("-");
    for (let index = Number(first); index <= Number(last) && index < completions; index++) found.push(index);
  }
  return found;
}

/** Writes indexes; a run of more than two is a range, one of two is a pair. */
export function indexesText(indexes: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const index of indexes) {
    const last = runs.at(-1);
    if (last !== undefined && index === last[1] + 1) last[1] = index;
    else runs.push([index, index]);
  }
  const textOf = ([first, last]: [number, number]) =>
    first === last ? `${first}` : last === first + 1 ? `${first},${last}` : `${first}-${last}`;
  return runs.map(textOf).join(",");
}

/** Both lists as one. */
export function mergedIndexes(a: readonly number[], b: readonly number[]): readonly number[] {
  return [...new Set([...a, ...b])].sort((x, y) => x - y);
}
