import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import type { Call, Verb } from "./verb.ts";

/** `kubectl create configmap NAME --from-literal=k=v --from-file=[key=]path --from-env-file=path` (create_configmap.go). Left out: folders. */
export const createConfigMap: Verb = {
  name: "configmap",
  aliases: ["cm"],
  flags: [
    ...CREATE_FLAGS,
    { name: "from-literal", type: "strings" },
    { name: "from-file", type: "strings" },
    { name: "from-env-file", type: "strings" },
    { name: "append-hash", type: "bool" },
  ],
  run(call) {
    const name = nameArgument(call, "configmap");
    const entries = new Map<string, string>();
    for (const [key, value] of [...files(call), ...literals(call), ...environment(call)]) {
      if (entries.has(key))
        fail(`cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${name}"`);
      if (!/^[-._a-zA-Z0-9]+$/.test(key)) {
        fail(
          `"${key}" is not a valid key name for a ConfigMap: a valid config key must consist of alphanumeric characters, '-', '_' or '.' ` +
            "(e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        );
      }
      entries.set(key, value);
    }
    const metadata = { creationTimestamp: null, name };
    const data = entries.size === 0 ? {} : { data: Object.fromEntries(entries) };
    createObject(call, { apiVersion: "v1", ...data, kind: "ConfigMap", metadata }, name, "failed to create configmap");
  },
};

type Entry = readonly [string, string];

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
    const text = call.files.read(path);
    if (text === undefined) fail(`error reading ${path}: no such file or directory`);
    return [key, text];
  });
}

function environment(call: Call): readonly Entry[] {
  return call.each("from-env-file").flatMap((path) => {
    const text = call.files.read(path);
    if (text === undefined) fail(`error reading ${path}: no such file or directory`);
    return text.split("\n").flatMap((raw): Entry[] => {
      const line = raw.trimStart();
      if (line === "" || line.startsWith("#")) return [];
      const equals = line.indexOf("=");
      return equals < 0 ? [[line, ""]] : [[line.slice(0, equals), line.slice(equals + 1)]];
    });
  });
}
