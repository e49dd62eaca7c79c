/**
 * One request under way, and how a rule refuses it (Kubernetes 1.32, apiserver RequestScope).
 * Left out: audit annotations.
 * Invariant: a Refusal carries the whole answer; the pipeline's entry turns it into an outcome.
 */
import type { Kind } from "../kinds/kind.ts";
import type { ApiRequest, ApiResponse } from "../types.ts";
import type { Outcome, PipelineContext, Reader, Stage, WritePlan } from "./outcome.ts";

/** A request with the kind it is about and the stages it has passed. */
export interface Handling {
  readonly request: ApiRequest;
  readonly reader: Reader;
  readonly context: PipelineContext;
  readonly kind: Kind;
  readonly stages: Stage[];
}

/** Thrown where a rule refuses; never leaves the pipeline. */
export class Refusal extends Error {
  readonly response: ApiResponse;

  constructor(response: ApiResponse) {
    super("refused");
    this.response = response;
  }
}

/** An outcome that answers at once. */
export function answer(handling: { readonly stages: readonly Stage[] }, response: ApiResponse): Outcome {
  return { kind: "answer", response, stages: handling.stages };
}

/** An outcome that writes first. */
export function write(handling: Handling, plan: WritePlan): Outcome {
  handling.stages.push({ stage: "store", plugin: handling.kind.resource, verdict: storeVerdict(plan) });
  return { kind: "write", plan, stages: handling.stages };
}

function storeVerdict(plan: WritePlan): string {
  if (plan.value === undefined) return "delete";
  return plan.expectModRevision === 0 ? "create" : "update";
}
