import type { DeclaredName } from "../compile/names.ts";
import type { Declaration } from "../environment.ts";

/** A cell for the type side. A cell without errors is kept, so that later cells know its names. */
export interface CellSource {
  readonly serial: number;
  readonly text: string;
  readonly declared: readonly DeclaredName[];
  readonly augments: boolean;
}

/** A finding at offsets of the checked text. */
export interface TypeProblem {
  readonly code: number;
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** One proposal for what is being written. */
export interface Proposal {
  readonly name: string;
  /** TypeScript's word: `method`, `property`, `const`, … */
  readonly kind: string;
}

/** Completions; `start` and `end` bound the text that a proposal replaces. */
export interface Proposals {
  readonly start: number;
  readonly end: number;
  readonly entries: readonly Proposal[];
}

/** What is known of the name at a place. */
export interface Inspection {
  readonly signature: string;
  readonly documentation: string;
}

/** What is asked of the type side. */
export type TypesQuestion =
  | { readonly kind: "start"; readonly folder: string; readonly declarations: readonly Declaration[] }
  | { readonly kind: "check"; readonly cell: CellSource }
  | { readonly kind: "complete"; readonly text: string; readonly offset: number }
  | { readonly kind: "inspect"; readonly text: string; readonly offset: number };

/** The answer to each kind of question. */
export interface TypesAnswers {
  readonly start: true;
  readonly check: readonly TypeProblem[];
  readonly complete: Proposals;
  readonly inspect: Inspection | null;
}

/** A numbered question, and its answer. */
export interface TypesRequest {
  readonly number: number;
  readonly question: TypesQuestion;
}

/** An answer, or the sentence of what failed. */
export interface TypesReply {
  readonly number: number;
  readonly answer?: TypesAnswers[keyof TypesAnswers];
  readonly failure?: string;
}
