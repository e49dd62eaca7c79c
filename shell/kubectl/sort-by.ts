import { compareQuantities, quantityError } from "../../sim/api/quantity.ts";
import type { Json } from "../../sim/api/types.ts";
import { compactJson } from "./json-print.ts";
import { valuesAt } from "./jsonpath.ts";

/** A comparison by the value at a path, for `--sort-by`: missing values first, numbers by size, texts in natural order. */
export function compareBy<T>(path: string, objectOf: (item: T) => Json): (a: T, b: T) => number {
  return (a, b) => compareValues(valuesAt(path, objectOf(a))[0], valuesAt(path, objectOf(b))[0]);
}

function compareValues(a: Json | undefined, b: Json | undefined): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  const isQuantity = (value: Json) => typeof value === "string" && quantityError(value) === undefined;
  if (isQuantity(a) && isQuantity(b)) return compareQuantities(String(a), String(b));
  return naturalCompare(typeof a === "string" ? a : compactJson(a), typeof b === "string" ? b : compactJson(b));
}

/** fvbommel/sortorder's order: runs of digits compare as numbers. */
function naturalCompare(a: string, b: string): number {
  const parts = (text: string) => text.match(/\d+|\D+/g) ?? [];
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < x.length && i < y.length; i++) {
    const [p, q] = [x[i]!, y[i]!];
    if (p === q) continue;
    const numbers = /^\d/.test(p) && /^\d/.test(q);
    if (numbers && Number(p) !== Number(q)) return Number(p) - Number(q);
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}
