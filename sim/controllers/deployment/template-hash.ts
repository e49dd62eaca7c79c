/**
 * The pod-template-hash: which ReplicaSet belongs to which version of a template.
 * Source: Kubernetes 1.32, pkg/controller/controller_utils.go (ComputeHash) and apimachinery pkg/util/rand
 * (SafeEncodeString). Upstream hashes a dump of Go structures; here the canonical JSON is hashed, so the letters differ.
 * Invariant: equal templates and collision counts give equal hashes, in whatever order their fields stand.
 */
import type { PodTemplateSpec } from "../../api/kinds/pod-spec.ts";
import { equalJson } from "../../api/schema/equal-json.ts";

/** The label by which ReplicaSets and pods of one template are told from those of others. */
export const templateHashLabel = "pod-template-hash";

/** No vowels and nothing that looks like one, so that no words come out. */
const alphabet = "bcdfghjklmnpqrstvwxz2456789";

const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/** FNV-1a over 32 bits (Fowler, Noll, Vo) of the text's UTF-16 code units, low byte first. */
function fnv32a(text: string): number {
  let hash = fnvOffset;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    hash = Math.imul(hash ^ (unit & 0xff), fnvPrime);
    if (unit > 0xff) hash = Math.imul(hash ^ (unit >>> 8), fnvPrime);
  }
  return hash >>> 0;
}

function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const object = value as Record<string, unknown>;
  const names = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(object[name])}`).join(",")}}`;
}

/** The hash of a template as it stands in labels and names, e.g. "66886dbc5d". */
export function templateHash(template: PodTemplateSpec, collisionCount: number | undefined): string {
  const text = canonical(template) + (collisionCount === undefined ? "" : String(collisionCount));
  let letters = "";
  for (const digit of String(fnv32a(text))) letters += alphabet[digit.charCodeAt(0) % alphabet.length];
  return letters;
}

/** The template without the hash label. */
function withoutHash(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const labels = template?.metadata?.labels;
  if (template === undefined || labels?.[templateHashLabel] === undefined) return template ?? {};
  const { [templateHashLabel]: _hash, ...rest } = labels;
  return { ...template, metadata: { ...template.metadata, labels: rest } };
}

/** Whether two templates are the same but for the hash label (EqualIgnoreHash). */
export function sameTemplate(a: PodTemplateSpec | undefined, b: PodTemplateSpec | undefined): boolean {
  return equalJson(a?.spec, b?.spec) && equalJson(withoutHash(a).metadata, withoutHash(b).metadata);
}
