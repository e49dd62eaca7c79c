import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The folder of this package: the clone, or what npm installed. The compiled command lies deeper than its source. */
export function packageFolder(from: string = import.meta.dirname): string {
  const file = join(from, "package.json");
  if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "kube-orrery")
    return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("the package kube-orrery is not complete: its package.json is missing");
  return packageFolder(parent);
}
