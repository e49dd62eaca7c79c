import { inspect } from "node:util";
import type { MimeBundle } from "../environment.ts";

/** The method by which a value shows itself in other TypeScript notebooks; objects made for those work here too. */
const DISPLAY_METHOD = Symbol.for("Jupyter.display");

function methodOf(value: object, name: string | symbol): (() => unknown) | undefined {
  const method = (value as Record<string | symbol, unknown>)[name];
  return typeof method === "function" ? (method as () => unknown) : undefined;
}

/** The text of a value, as consoles show it; a value whose own inspection throws is still named. */
export function textOf(value: unknown): string {
  try {
    return inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 100_000, breakLength: 100 });
  } catch (error) {
    return `[a value that cannot be shown: ${error instanceof Error ? error.message : typeof error}]`;
  }
}

/** A value in the forms that front ends know. The environment is asked first, then the value itself. */
export function bundleOf(value: unknown, fromEnvironment: (value: unknown) => MimeBundle | undefined): MimeBundle {
  const known = fromEnvironment(value);
  if (known) return known;
  if ((typeof value === "object" && value !== null) || typeof value === "function") {
    const method = methodOf(value, DISPLAY_METHOD) ?? methodOf(value, "toMimeBundle");
    const made = method?.call(value);
    if (typeof made === "object" && made !== null) return made as MimeBundle;
  }
  return { "text/plain": textOf(value) };
}
