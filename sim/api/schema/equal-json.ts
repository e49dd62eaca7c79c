/**
 * Deep equality of JSON values with identity as the short cut: what decides that a write changes nothing
 * (Kubernetes 1.32 compares the encoded bytes).
 * Left out: Go's distinction of nil and empty lists; the decoder has already dropped empty optional fields.
 * Invariant: members that are undefined count as absent.
 */

/** Whether the two values print as the same JSON, whatever the order of their members. */
export function equalJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    for (let index = 0; index < left.length; index++) if (!equalJson(left[index], right[index])) return false;
    return true;
  }
  if (Array.isArray(right)) return false;
  const one = left as Record<string, unknown>;
  const other = right as Record<string, unknown>;
  let members = 0;
  for (const key in one) {
    if (one[key] === undefined) continue;
    if (!equalJson(one[key], other[key])) return false;
    members++;
  }
  for (const key in other) if (other[key] !== undefined) members--;
  return members === 0;
}
