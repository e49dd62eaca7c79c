import type { JsonObject } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";

/** Labels as a flag writes them, `a=b,c=d`; `what` names the flag's meaning in the refusal: "label" or "selector". */
export function labelMapOf(text: string, what: "label" | "selector"): JsonObject {
  const entries = text.split(",").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 1) fail(`unexpected ${what} spec: ${pair}`);
    return [pair.slice(0, equals), pair.slice(equals + 1)] as const;
  });
  return Object.fromEntries(entries);
}
