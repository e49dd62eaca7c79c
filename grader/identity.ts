/**
 * Whose notebook it is, and which seed it is graded on. The file's place says whom it is for; the release token in its first
 * cell proves, where the course's key is at hand, that it is the release of just that student. Anything else is graded on
 * the seed of whom the file is for, and flagged.
 */
import { type Release, readToken, TokenError } from "../lessons/engine/release-token.ts";
import { seedOf } from "../lessons/engine/seeds.ts";
import type { GradedLesson } from "./graded-lesson.ts";

/** What is known before a notebook is opened. */
export interface Claim {
  /** The file's name below what was named, with slashes. */
  readonly name: string;
  /** Named by whoever handed the file over; weighs more than its place. */
  readonly student: string | undefined;
  readonly token: string | undefined;
}

/** How a course handed its notebooks out. */
export interface Course {
  /** The course's key; undefined where grading goes without. */
  readonly key: string | undefined;
  /** Notebooks were handed out without tokens: everybody has the same variants. */
  readonly isPlain: boolean;
}

/** What follows. */
export interface Identity {
  readonly student: string;
  readonly seed: string;
  readonly flags: readonly string[];
}

const neutral = /^(?:submissions?|submitted|notebooks?|assignments?|release|autograder|)$/i;
/** Whether a name stands in a place as a word of its own, as platforms put it: "alice_123_assignsubmission". */
function isWithin(place: string, name: string): boolean {
  const isWord = (sign: string | undefined): boolean => sign !== undefined && /[\p{L}\p{N}]/u.test(sign);
  for (let at = place.indexOf(name); at >= 0; at = place.indexOf(name, at + 1))
    if (!isWord(place[at - 1]) && !isWord(place[at + name.length])) return true;
  return false;
}

/** The student that a place names: the first part of it that is neither a lesson's name nor a word such as "submitted". */
function ownerOf(name: string, slug: string): string | undefined {
  const parts = name.replace(/\.ipynb$/, "").split("/");
  return parts.find((part) => !neutral.test(part) && part !== slug);
}

/** Decides. Pure. */
export function identify({ name, student: named, token }: Claim, lesson: GradedLesson, course: Course): Identity {
  const { slug, version } = lesson;
  const owner = named ?? ownerOf(name, slug);
  const flags: string[] = [];
  const release = token === undefined ? undefined : released(token, course.key, flags);
  if (release !== undefined && release.version !== version && release.lesson === slug)
    flags.push(`it was made from version ${release.version} of the lesson, and graded by version ${version}`);
  const place = named ?? name.replace(/\.ipynb$/, "");
  const isTheirs = release !== undefined && (owner === undefined || isWithin(place, release.student));
  if (release?.student === "" && release.lesson === slug) return { student: owner ?? slug, seed: release.seed, flags };
  if (release !== undefined && isTheirs && release.lesson === slug) {
    const seed = course.key === undefined ? release.seed : seedOf(slug, release.student, course.key);
    if (seed === release.seed) return { student: release.student, seed, flags };
    flags.push("the seed in its release token is not the one that the key gives: it was graded on that");
    return { student: release.student, seed, flags };
  }
  const student = owner ?? slug;
  if (release !== undefined && release.lesson !== slug)
    flags.push(
      `its release token is one of the lesson ${release.lesson}: it was graded as ${student}'s notebook of ${slug}`,
    );
  else if (release !== undefined)
    flags.push(
      `its release token is that of ${release.student}: it was graded as ${student}'s own, on ${student}'s variants`,
    );
  const wantsToken = course.key !== undefined && !course.isPlain;
  if (token === undefined && wantsToken)
    flags.push(
      `it has no release token: it was graded on ${student}'s variants (--plain grades notebooks that had none)`,
    );
  const isOwnSeed = wantsToken || token !== undefined;
  return { student, seed: isOwnSeed ? seedOf(slug, student, course.key ?? "") : seedOf(slug, "", ""), flags };
}

function released(token: string, key: string | undefined, flags: string[]): Release | undefined {
  try {
    return readToken(token, key);
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    flags.push(error.message);
    return undefined;
  }
}
