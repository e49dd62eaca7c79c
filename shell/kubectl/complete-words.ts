import type { Api } from "./api.ts";
import { KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { listAt, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS, customKinds, findKind } from "./kinds.ts";
import { containerNames, POD } from "./pod-choice.ts";
import { GLOBAL_FLAGS, type Verb } from "./verb.ts";
import { verbs } from "./verbs.ts";

/** What stands before the word that is being typed: the command, its words, and the namespace that they are about. */
interface Typed {
  readonly verb: Verb | undefined;
  readonly words: readonly string[];
  readonly namespace: string;
  readonly api: Api;
}

/** The words that may stand where the last word of `argv` is being typed: commands, kinds, live names, flags and their values. */
export function completeWords(argv: readonly string[], api: Api): readonly string[] {
  const typed = argv[argv.length - 1] ?? "";
  const found = candidates(argv.slice(0, -1), typed, api).filter((word) => word.startsWith(typed) && word !== typed);
  return [...new Set(found)].sort();
}

function candidates(before: readonly string[], typed: string, api: Api): readonly string[] {
  // What follows `--` is the business of another program.
  if (before.includes("--")) return [];
  let verb: Verb | undefined;
  let list = verbs;
  const words: string[] = [];
  let waiting: Flag | undefined;
  for (const word of before) {
    if (waiting !== undefined) {
      waiting = undefined;
      continue;
    }
    if (word.startsWith("-")) {
      const flag = flagsOf(verb).find((one) => word === `--${one.name}` || isShort(word, one.short));
      if (flag !== undefined && flag.type !== "bool" && flag.bare === undefined) waiting = flag;
      continue;
    }
    const next = words.length === 0 ? list.find((one) => one.name === word || one.aliases?.includes(word)) : undefined;
    if (next === undefined) words.push(word);
    else {
      verb = next;
      list = next.verbs ?? [];
    }
  }
  const here: Typed = { verb, words, namespace: namespaceOf(before), api };
  if (waiting !== undefined) return flagValues(waiting.name, here);
  const assigned = /^--([a-z-]+)=/.exec(typed);
  if (assigned !== null) return flagValues(assigned[1]!, here).map((value) => `${assigned[0]}${value}`);
  if (typed.startsWith("-")) return flagsOf(verb).map((flag) => `--${flag.name}`);
  const below = words.length === 0 ? list.map((one) => one.name) : [];
  return [...below, ...argumentsOf(here, typed)];
}

/** `-n`, or the last of several as in `-it`; only the last may take a value. */
function isShort(word: string, short: string | undefined): boolean {
  return short !== undefined && /^-[A-Za-z]+$/.test(word) && word.endsWith(short);
}

function flagsOf(verb: Verb | undefined) {
  return [...(verb?.flags ?? []), ...GLOBAL_FLAGS];
}

function flagValues(flag: string, { verb, words, namespace, api }: Typed): readonly string[] {
  switch (flag) {
    case "namespace":
      return liveNames(api, "namespaces", undefined);
    case "output":
      return ["custom-columns=", "json", "jsonpath=", "name", "wide", "yaml"];
    case "dry-run":
      return ["client", "none", "server"];
    case "types":
      return ["Normal", "Warning"];
    case "type":
      return verb?.name === "expose" ? ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"] : [];
    case "container":
      return quietly(() => containersOf(api, namespace, words[0] ?? "")) ?? [];
    case "for":
      return verb?.name === "events" ? withNames("", api, namespace) : ["condition=", "create", "delete", "jsonpath="];
    default:
      return [];
  }
}

function containersOf(api: Api, namespace: string, word: string): readonly string[] {
  const slash = word.indexOf("/");
  const kind = findKind(api, slash < 0 ? "pods" : word.slice(0, slash));
  if (kind === undefined) return [];
  const object = api.get(kind, namespace, word.slice(slash + 1));
  if (kind.kind === "Pod")
    return [...containerNames(object, "containers"), ...containerNames(object, "initContainers")];
  return listAt(object, "spec", "template", "spec", "containers").map((one) => textAt(one, "name"));
}

function argumentsOf(here: Typed, typed: string): readonly string[] {
  const { verb, words, namespace, api } = here;
  const takes = verb?.takesResources;
  if (takes === undefined || takes === false) return [];
  if (takes === true) return resourceWords(here, typed);
  if (words.length === 0) {
    return typed.includes("/") ? withNames(typed, api, namespace) : [...liveNames(api, takes, namespace), ...OWNERS];
  }
  // `kubectl logs POD CONTAINER`.
  return verb?.name === "logs" && words.length === 1
    ? (quietly(() => containersOf(api, namespace, words[0]!)) ?? [])
    : [];
}

/** Kinds that stand for their pods in `exec`, `logs` and `debug`. */
const OWNERS = ["deployment/", "job/", "node/", "pod/", "replicaset/", "service/", "statefulset/"];

function withNames(typed: string, api: Api, namespace: string): readonly string[] {
  const slash = typed.indexOf("/");
  if (slash <= 0) return OWNERS;
  const kind = typed.slice(0, slash);
  return liveNames(api, kind, namespace).map((name) => `${kind}/${name}`);
}

function resourceWords({ verb, words, namespace, api }: Typed, typed: string): readonly string[] {
  const [type] = words;
  const kinds = verb?.kinds;
  if (typed.indexOf("/") > 0) return withNames(typed, api, namespace);
  if (type !== undefined) return type.includes("/") ? [] : liveNames(api, type, namespace);
  if (kinds !== undefined) {
    return BUILT_IN_KINDS.filter(({ kind }) => kinds.includes(kind)).map(({ resource }) => resource);
  }
  const custom = quietly(() => customKinds(api)) ?? [];
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

function liveNames(api: Api, type: string, namespace: string | undefined): readonly string[] {
  return (
    quietly(() => {
      const kind = type === "pods" ? POD : findKind(api, type);
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
