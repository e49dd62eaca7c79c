/**
 * What the query of a request says beside what it is about: dry runs, field managers, limits, deletion
 * (Kubernetes 1.32, apimachinery pkg/apis/meta/v1/validation/validation.go and meta/internalversion).
 * Left out: ignoreStoreReadErrorWithClusterBreakingPotential.
 * Invariant: a wrong option is refused before anything is read or written.
 */
import { badRequestError, invalidError } from "../status-error.ts";
import type { ApiRequest, ApiResponse, Verb } from "../types.ts";
import { type FieldError, goStrings, invalid, notSupported, required } from "../validation/field-error.ts";
import { flag, parameter, type Target, wholeNumber } from "./url.ts";

type Options = Pick<
  ApiRequest,
  | "labelSelector"
  | "fieldSelector"
  | "limit"
  | "continue"
  | "resourceVersion"
  | "resourceVersionMatch"
  | "dryRun"
  | "fieldManager"
  | "fieldValidation"
  | "force"
  | "propagationPolicy"
  | "gracePeriodSeconds"
>;

const READING = ["labelSelector", "fieldSelector", "continue", "resourceVersion", "resourceVersionMatch"] as const;
const WRITING = ["fieldManager", "fieldValidation"] as const;
const VALIDATIONS = ["", "Ignore", "Strict", "Warn"];

const KINDS_OF_OPTIONS: Partial<Readonly<Record<Verb, string>>> = {
  create: "CreateOptions",
  update: "UpdateOptions",
  patch: "PatchOptions",
  delete: "DeleteOptions",
  deletecollection: "DeleteOptions",
};

/** What is wrong with the options of a write. */
function wrongOptions(target: Target, isApply: boolean): readonly FieldError[] {
  const errors: FieldError[] = [];
  const dryRun = target.query.get("dryRun") ?? [];
  const validation = parameter(target, "fieldValidation") ?? "";
  if (isApply && parameter(target, "fieldManager") === undefined) {
    errors.push(required("fieldManager", "is required for apply patch"));
  }
  if (dryRun.some((value) => value !== "All")) errors.push(notSupported("dryRun", goStrings(dryRun), ["All"]));
  if (!VALIDATIONS.includes(validation)) errors.push(notSupported("fieldValidation", validation, VALIDATIONS));
  return errors;
}

const NUMBERS = ["limit", "timeoutSeconds", "gracePeriodSeconds", "tailLines", "limitBytes", "sinceSeconds"];
const INT64_MAX = 9_223_372_036_854_775_807n;

/** What Go says about a number of the query that is none. */
function wrongNumber(target: Target): string | undefined {
  for (const name of NUMBERS) {
    const [text] = target.query.get(name) ?? [];
    if (text === undefined) continue;
    const why = /^[+-]?\d+$/.test(text) ? "value out of range" : "invalid syntax";
    const isSmall = why !== "invalid syntax" && BigInt(text) <= INT64_MAX && BigInt(text) >= -INT64_MAX - 1n;
    if (!isSmall) return `strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`;
  }
  return undefined;
}

/** The refusal of a request's options, undefined if they are good. */
export function refuseOptions(target: Target, verb: Verb, isApply: boolean): ApiResponse | undefined {
  const number = wrongNumber(target);
  if (number !== undefined) return badRequestError(number);
  const kind = KINDS_OF_OPTIONS[verb];
  const errors = kind === undefined ? [] : wrongOptions(target, isApply);
  return errors.length === 0 ? undefined : invalidError("meta.k8s.io", kind!, "", errors);
}

function texts(target: Target, names: readonly string[]): Readonly<Record<string, string>> {
  const given = names.map((name) => [name, parameter(target, name)] as const);
  return Object.fromEntries(given.filter((pair): pair is readonly [string, string] => pair[1] !== undefined));
}

/** The options of a request. Those of a deletion may stand in the body too; the pipeline reads them there. */
export function optionsOf(target: Target): Options {
  const limit = wholeNumber(target, "limit");
  const grace = wholeNumber(target, "gracePeriodSeconds");
  const policy = parameter(target, "propagationPolicy");
  const orphan = parameter(target, "orphanDependents");
  const propagationPolicy =
    policy ?? (orphan === undefined ? undefined : flag(target, "orphanDependents") ? "Orphan" : "Background");
  return {
    ...texts(target, READING),
    ...texts(target, WRITING),
    ...(limit !== undefined && { limit }),
    ...(target.query.has("dryRun") && { dryRun: true }),
    ...(flag(target, "force") && { force: true }),
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(propagationPolicy !== undefined && { propagationPolicy: propagationPolicy as "Orphan" }),
  };
}

/** What is wrong with the query of a pod's log; undefined if nothing is. */
export function refuseLogOptions(target: Target, pod: string): ApiResponse | undefined {
  const errors: FieldError[] = [];
  const least = (name: string, leastValue: number, sentence: string) => {
    const value = wholeNumber(target, name);
    if (value !== undefined && value < leastValue) errors.push(invalid(name, value, sentence));
  };
  least("tailLines", 0, "must be greater than or equal to 0");
  least("limitBytes", 1, "must be greater than 0");
  least("sinceSeconds", 1, "must be greater than 0");
  return errors.length === 0 ? undefined : invalidError("", "PodLogOptions", pod, errors);
}
