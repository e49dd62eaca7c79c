/** Where every variant of an exercise gets its seed from: the lesson, the student, and a key that the course keeps to itself. */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** What a variant is for: the cluster that is mended, one to try an answer on, one that decides. */
export type Purpose = "own" | "practice" | "verdict";

/** How many variants an answer to a procedure is tried on in the notebook. */
const PRACTICE_VARIANTS = 3;

/** How many variants decide about a procedure. */
export const VERDICT_VARIANTS = 3;

const hexOf = (text: string): string => bytesToHex(sha256(utf8ToBytes(text)));

/**
 * The seed of a student's release of a lesson, 64 hexadecimal digits. `student` and `key` are empty for a notebook that
 * was handed to nobody in particular. Can be derived again from what the course knows, so a forged one is noticed.
 */
export function seedOf(lesson: string, student: string, key: string): string {
  return hexOf(`${lesson}\n${student}\n${key}`);
}

/** The seed of one variant that a student sees: of the release's seed, so it can be made wherever the release is. */
export function variantSeed(
  releaseSeed: string,
  exercise: string,
  purpose: Exclude<Purpose, "verdict">,
  index: number,
): string {
  return hexOf(`${releaseSeed}\n${exercise}\n${purpose}\n${index}`);
}

/** The seeds on which an answer to a procedure is tried in the notebook. */
export function practiceSeeds(releaseSeed: string, exercise: string): readonly string[] {
  return Array.from({ length: PRACTICE_VARIANTS }, (_, index) => variantSeed(releaseSeed, exercise, "practice", index));
}

/**
 * The seeds that decide about a procedure. They follow from the course's key alone, so nobody without it can know them,
 * and they are the same for the whole course: everybody meets the same variants, which are made once.
 */
export function verdictSeeds(lesson: string, exercise: string, key: string): readonly string[] {
  return Array.from({ length: VERDICT_VARIANTS }, (_, index) =>
    bytesToHex(hmac(sha256, utf8ToBytes(key), utf8ToBytes(`${lesson}\n${exercise}\nverdict\n${index}`))),
  );
}
