import { relative } from "node:path";
import process from "node:process";

/** A path as people look for it: from where they stand. */
export const shownPath = (path: string): string => relative(process.cwd(), path) || path;
