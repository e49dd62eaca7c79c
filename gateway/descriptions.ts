/**
 * The words of the Kubernetes API's types, for OpenAPI and `kubectl explain`: read from the package kubernetes-types, whose
 * comments are those of the API's own source. Nothing of it is kept in this repository.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Descriptions, StructDescription } from "../sim/index.ts";

interface Open {
  readonly text: string;
  readonly fields: Map<string, { readonly text: string; readonly required: boolean }>;
}

const versions = ["v1", "v2"];

/** Reads descriptions from the package as they are asked for; a type that it does not have has none. */
export function packageDescriptions(): Descriptions {
  let folder: string | undefined;
  const known = new Map<string, ReadonlyMap<string, StructDescription>>();
  return (group, struct) => {
    const name = group === "" ? "core" : (group.split(".")[0] as string);
    let structs = known.get(name);
    if (structs === undefined) {
      folder ??= dirname(createRequire(import.meta.url).resolve("kubernetes-types/package.json"));
      const place = join(folder, name);
      const files = versions.map((version) => join(place, `${version}.d.ts`)).filter((path) => existsSync(path));
      structs = new Map(files.flatMap((path) => [...structsIn(readFileSync(path, "utf8"))]));
      known.set(name, structs);
    }
    return structs.get(struct);
  };
}

/** The interfaces of a declaration file with their comments and those of their fields, by name. */
export function structsIn(declarations: string): ReadonlyMap<string, StructDescription> {
  const structs = new Map<string, StructDescription>();
  let comment: string[] | undefined;
  let text = "";
  let open: Open | undefined;
  for (const line of declarations.split("\n")) {
    const trimmed = line.trim();
    if (trimmed.startsWith("/**")) comment = [];
    if (comment !== undefined) {
      const words = trimmed.replace(/\*\/$/, "").replace(/^\/\*\* ?/, "");
      comment.push(words.replace(/^\* ?/, "").trimEnd());
      if (!trimmed.endsWith("*/")) continue;
      text = comment.join("\n").trim();
      comment = undefined;
      continue;
    }
    const name = /^export interface (\w+)/.exec(trimmed)?.[1];
    if (name !== undefined) {
      open = { text, fields: new Map() };
      structs.set(name, open);
    }
    const field = /^(?:readonly )?"?([\w$-]+)"?(\??):/.exec(trimmed);
    if (open !== undefined && field !== null) {
      open.fields.set(field[1] as string, { text, required: field[2] === "" });
    }
    text = "";
  }
  return structs;
}
