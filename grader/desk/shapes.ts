/**
 * What a call from a submission may bring with it. Everything that crosses is JSON; each call says which shapes it takes,
 * and what does not fit is refused in a sentence before anything is done.
 */

/** One argument: `?` means that it may be left out. */
export type Shape = "text" | "text?" | "whole" | "whole?" | "duration" | "texts" | "object" | "object?" | "cluster";

const textLengthMax = 256 * 1024;
const wordsMax = 1_000;

const isText = (value: unknown): value is string => typeof value === "string" && value.length <= textLengthMax;
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isObject = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);

const fits: Readonly<Record<string, readonly [test: (value: unknown) => boolean, wish: string]>> = {
  text: [isText, "a text"],
  whole: [isWhole, "a whole number that is not negative"],
  duration: [(value) => isText(value) || typeof value === "number", 'a duration such as "2s"'],
  texts: [(value) => Array.isArray(value) && value.length <= wordsMax && value.every(isText), "a list of texts"],
  object: [isObject, "an object"],
  cluster: [(value) => clusterNumber(value) !== undefined, "a cluster"],
};

/** The number under which a cluster is known, of the form that the prelude gives a cluster on its way out. */
export function clusterNumber(value: unknown): number | undefined {
  if (!isObject(value)) return undefined;
  const number = (value as { readonly $cluster?: unknown }).$cluster;
  return isWhole(number) ? number : undefined;
}

/** Whether a value is a text that is not enormous. */
export const isBoundedText = isText;

/** The arguments of a call, checked; those left out are undefined. Throws a TypeError that says what the call takes. */
export function checkedWords(call: string, shapes: readonly Shape[], words: readonly unknown[]): readonly unknown[] {
  return shapes.map((shape, index) => {
    const value = words[index] ?? undefined;
    if (shape.endsWith("?") && value === undefined) return undefined;
    const [test, wish] = fits[shape.replace("?", "")] as (typeof fits)[string];
    if (!test(value)) throw new TypeError(`${call}() takes ${wish} as its argument ${index + 1}`);
    return value;
  });
}
