/** A learner's own table of who calls whom, read and refused in words, and what the record says to each line of it. */
import { namedParty } from "./parties.ts";

/** Pairs of caller and called, e.g. ["kubelet", "kube-apiserver"]. */
export type Guess = readonly (readonly [caller: string, called: string])[];

/** What became of a pair: guessed and seen, seen alone, guessed though it never happens, or possible and silent so far. */
export type Verdict = "right" | "missing" | "wrong" | "silent";

/** Key of a pair. */
export const pairKey = (caller: string, called: string): string => `${caller}/${called}`;

/** The keys of the pairs guessed. Throws a TypeError that names what is wrong and what would be right. */
export function guessedPairs(guess: unknown, parties: readonly string[]): ReadonlySet<string> {
  const shape = 'a guess is a list of pairs, such as [["kubelet", "kube-apiserver"]]';
  if (!Array.isArray(guess)) throw new TypeError(shape);
  const pairs = guess.map((pair: unknown, at): string => {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new TypeError(`${shape}; its entry ${at + 1} has no caller and called`);
    const [caller, called] = pair.map((name: unknown) => {
      const party = typeof name === "string" ? namedParty(name, parties) : undefined;
      if (party === undefined)
        throw new TypeError(`entry ${at + 1} names ${JSON.stringify(name)}; the names are ${parties.join(", ")}`);
      return party;
    });
    return pairKey(caller!, called!);
  });
  return new Set(pairs);
}

/** What the record says about one pair; undefined where nobody guessed it and nothing was seen. */
export function verdictOn(guessed: boolean, seen: boolean, possible: boolean): Verdict | undefined {
  if (seen) return guessed ? "right" : "missing";
  if (!guessed) return undefined;
  return possible ? "silent" : "wrong";
}
