/**
 * Which form of an answer a client takes, from its Accept header (Kubernetes 1.32, apiserver
 * pkg/endpoints/handlers/negotiation/negotiate.go and the goautoneg package).
 * Left out: YAML and protobuf answers; a client that takes nothing else is refused.
 * Invariant: clauses are tried in the order of their weight, then as they stand.
 */
import type { AnswerShape } from "./types.ts";
import { flag, parameter, type Target } from "./url.ts";

/** One clause of an Accept header. */
interface Clause {
  readonly type: string;
  readonly weight: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The clauses of an Accept header, best first; none at all means anything. */
export function acceptClauses(header: string | undefined): readonly Clause[] {
  const clauses = (header || "*/*").split(",").map((clause) => {
    const [type, ...rest] = clause.split(";").map((part) => part.trim());
    const parameters = Object.fromEntries(
      rest.map((part) => [part.slice(0, part.indexOf("=")).trim(), part.slice(part.indexOf("=") + 1).trim()]),
    );
    return { type: type!.toLowerCase(), weight: parameters.q === undefined ? 1 : Number(parameters.q), parameters };
  });
  return clauses.sort((a, b) => b.weight - a.weight);
}

/** Whether JSON is what a media range means. */
export function meansJson(type: string): boolean {
  return type === "application/json" || type === "application/*" || type === "*/*";
}

const META_VERSIONS = new Set(["v1", "v1beta1"]);

/** The shape that a clause asks for; undefined where the server has no such form. */
function shapeOf({ type, parameters }: Clause): AnswerShape["as"] | undefined {
  if (!meansJson(type)) return undefined;
  const { as, g, v } = parameters;
  if (as === undefined) return "object";
  if (g !== "meta.k8s.io" || !META_VERSIONS.has(v ?? "")) return undefined;
  if (as === "Table") return "table";
  return as === "PartialObjectMetadata" || as === "PartialObjectMetadataList" ? "metadata" : undefined;
}

/** Whether a person looks at the answer: asked for, or a browser or a command-line HTTP tool that did not refuse. */
function isPretty(target: Target, userAgent: string): boolean {
  if (parameter(target, "pretty") !== undefined) return flag(target, "pretty");
  return ["curl", "Wget", "Mozilla/5.0"].some((tool) => userAgent.startsWith(tool));
}

const INCLUDES = ["None", "Metadata", "Object"];

/** The shape of the answer that the client takes; undefined where it takes none that there is. */
export function answerShape(accept: string | undefined, target: Target, userAgent: string): AnswerShape | undefined {
  for (const clause of acceptClauses(accept)) {
    const as = shapeOf(clause);
    if (as === undefined) continue;
    const include = parameter(target, "includeObject");
    const known = as === "table" && include !== undefined && INCLUDES.includes(include);
    return {
      as,
      pretty: isPretty(target, userAgent),
      ...(known && { includeObject: include as "None" }),
    };
  }
  return undefined;
}
