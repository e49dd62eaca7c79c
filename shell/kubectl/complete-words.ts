import type { Api } from "./api.ts";
import { KubectlError } from "./failure.ts";
import { BUILT_IN_KINDS, customKinds, findKind } from "./kinds.ts";
import { GLOBAL_FLAGS, type Verb } from "./verb.ts";
import { verbs } from "./verbs.ts";

/** The words that may stand where the last word of `argv` is being typed: commands, kinds, live names, flags and their values. */
export function completeWords(argv: readonly string[], api: Api): readonly string[] {
  const typed = argv[argv.length - 1] ?? "";
  const before = argv.slice(0, -1);
  return candidates(before, typed, api)
    .filter((word) => word.startsWith(typed) && word !== typed)
    .sort();
}

function candidates(before: readonly string[], typed: string, api: Api): readonly string[] {
  let verb: Verb | undefined;
  let list = verbs;
  const words: string[] = [];
  for (let i = 0; i < before.length; i++) {
    const word = before[i]!;
    if (word.startsWith("-")) {
      const flag = flagsOf(verb).find((one) => word === `--${one.name}` || word === `-${one.short}`);
      if (flag !== undefined && flag.type !== "bool" && flag.bare === undefined) {
        if (i === before.length - 1) return flagValues(flag.name, api);
        i++;
      }
      continue;
    }
    const next = words.length === 0 ? list.find((one) => one.name === word || one.aliases?.includes(word)) : undefined;
    if (next === undefined) words.push(word);
    else {
      verb = next;
      list = next.verbs ?? [];
    }
  }
  if (typed.startsWith("-")) return flagsOf(verb).map((flag) => `--${flag.name}`);
  const below = words.length === 0 ? list.map((one) => one.name) : [];
  if (verb?.takesResources !== true) return below;
  return [...below, ...resourceWords(words, typed, before, api)];
}

function flagsOf(verb: Verb | undefined) {
  return [...(verb?.flags ?? []), ...GLOBAL_FLAGS];
}

function flagValues(flag: string, api: Api): readonly string[] {
  if (flag === "namespace") return liveNames(api, "namespaces", undefined);
  if (flag === "output") return ["custom-columns=", "json", "jsonpath=", "name", "wide", "yaml"];
  return flag === "dry-run" ? ["client", "none", "server"] : [];
}

function resourceWords(
  words: readonly string[],
  typed: string,
  before: readonly string[],
  api: Api,
): readonly string[] {
  const namespace = namespaceOf(before);
  const [type] = words;
  const slash = typed.indexOf("/");
  if (slash > 0) {
    const kind = typed.slice(0, slash);
    return liveNames(api, kind, namespace).map((name) => `${kind}/${name}`);
  }
  if (type !== undefined) return type.includes("/") ? [] : liveNames(api, type, namespace);
  const custom = attemptKinds(api);
  return [
    "all",
    ...[...BUILT_IN_KINDS, ...custom].filter((kind) => kind.verbs.includes("list")).map((kind) => kind.resource),
  ];
}

function namespaceOf(before: readonly string[]): string {
  const at = before.findIndex((word) => word === "-n" || word === "--namespace");
  if (at >= 0) return before[at + 1] ?? "default";
  return before.find((word) => word.startsWith("--namespace="))?.slice("--namespace=".length) ?? "default";
}

function attemptKinds(api: Api) {
  return quietly(() => customKinds(api)) ?? [];
}

function liveNames(api: Api, type: string, namespace: string | undefined): readonly string[] {
  return (
    quietly(() => {
      const kind = findKind(api, type);
      return kind === undefined ? [] : api.list(kind, { namespace }).items.map((item) => item.metadata.name);
    }) ?? []
  );
}

/** Completion never complains: a cluster that does not answer has no names. */
function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof KubectlError) return undefined;
    throw error;
  }
}
