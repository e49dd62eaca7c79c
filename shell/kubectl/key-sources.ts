import { fail } from "./failure.ts";
import type { Flag } from "./flags.ts";
import type { Call } from "./verb.ts";

/** A key and its text. */
type Entry = readonly [string, string];

/** Flags of `create configmap` and `create secret generic` that say what goes in. */
export const KEY_FLAGS: readonly Flag[] = [
  { name: "from-literal", type: "strings" },
  { name: "from-file", type: "strings" },
  { name: "from-env-file", type: "strings" },
  { name: "append-hash", type: "bool" },
];

/** How a kind words that a key is taken or is none. */
export interface KeyWording {
  /** Without the rule, e.g. `"a b" is not a valid key name for a ConfigMap: `. */
  wrong(key: string): string;
  taken(key: string): string;
}

const KEY_RULE =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' " +
  "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

/** The entries that `--from-file`, `--from-literal` and `--from-env-file` name, each key once. Left out: folders. */
export function readKeySources(call: Call, wording: KeyWording): ReadonlyMap<string, string> {
  if (call.has("from-env-file") && (call.has("from-file") || call.has("from-literal"))) {
    fail("from-env-file cannot be combined with from-file or from-literal");
  }
  const entries = new Map<string, string>();
  for (const [key, value] of [...files(call), ...literals(call), ...environment(call)]) {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) fail(wording.wrong(key) + KEY_RULE);
    if (entries.has(key)) fail(wording.taken(key));
    entries.set(key, value);
  }
  return entries;
}

function literals(call: Call): readonly Entry[] {
  return call.each("from-literal").map((literal) => {
    const equals = literal.indexOf("=");
    if (equals < 1) fail(`invalid literal source ${literal}, expected key=value`);
    const value = literal.slice(equals + 1);
    const quoted = /^(['"])(.*)\1$/s.exec(value);
    return [literal.slice(0, equals), quoted?.[2] ?? value];
  });
}

function files(call: Call): readonly Entry[] {
  return call.each("from-file").map((source) => {
    const parts = source.split("=");
    if (parts.length > 2) fail("key names or file paths cannot contain '='");
    const path = parts[parts.length - 1]!;
    const key = parts.length === 2 ? parts[0]! : path.slice(path.lastIndexOf("/") + 1);
    if (parts.length === 2 && key === "") fail(`key name for file path ${path} missing`);
    if (parts.length === 2 && path === "") fail(`file path for key name ${key} missing`);
    return [key, readFile(call, path)];
  });
}

function environment(call: Call): readonly Entry[] {
  return call.each("from-env-file").flatMap((path) =>
    readFile(call, path)
      .split("\n")
      .flatMap((raw): Entry[] => {
        const line = raw.trimStart();
        if (line === "" || line.startsWith("#")) return [];
        const equals = line.indexOf("=");
        return equals < 0 ? [[line, ""]] : [[line.slice(0, equals), line.slice(equals + 1)]];
      }),
  );
}

function readFile(call: Call, path: string): string {
  const text = call.files.read(path);
  if (text === undefined) fail(`error reading ${path}: no such file or directory`);
  return text;
}
