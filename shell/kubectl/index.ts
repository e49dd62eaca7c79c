import type { UserInfo } from "../../sim/api/types.ts";
import type { ShellClient } from "../client.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { Api } from "./api.ts";
import { completeWords } from "./complete-words.ts";
import { fail, failureText, KubectlError } from "./failure.ts";
import { type ParsedFlags, parseFlags } from "./flags.ts";
import { klogHead } from "./klog.ts";
import { suggestions, UNMODELLED_VERBS } from "./suggestions.ts";
import { Call, GLOBAL_FLAGS, type Verb } from "./verb.ts";
import { verbs } from "./verbs.ts";

/**
 * The simulated `kubectl`: the real tool's words, exit codes and streams over ShellClient requests. The modelled
 * build is the one that was recorded (see `version.ts`), whose cobra errors begin with a capital `Error:`.
 */
export const kubectl: ShellCommand = {
  name: "kubectl",
  run(argv, terminal) {
    try {
      return dispatch(argv, terminal);
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error;
      terminal.err(failureText(error.failure));
      return 1;
    }
  },
  complete: (argv, client: ShellClient) => completeWords(argv, new Api(client, () => {})),
};

function dispatch(argv: readonly string[], terminal: Terminal): number {
  const found = findVerb(argv);
  if (found.verb === undefined) return withoutVerb(found.rest, terminal);
  const { verb, path, rest } = found;
  const parsed = parseFlags(rest, [...verb.flags, ...GLOBAL_FLAGS]);
  if (parsed.kind === "error") {
    terminal.err(`Error: ${parsed.message}\nSee '${path} --help' for usage.\n`);
    return 1;
  }
  if (parsed.values.has("help")) {
    terminal.out(usageText(path, verb));
    return 0;
  }
  const missing = (verb.required ?? []).filter((flag) => !parsed.values.has(flag));
  if (missing.length > 0) {
    const list = missing.map((flag) => `\\"${flag}\\"`).join(", ");
    terminal.err(
      `${klogHead(terminal.client, "E")} run.go:72] "command failed" err="required flag(s) ${list} not set"\n`,
    );
    return 1;
  }
  if (parsed.values.has("kustomize")) fail("kustomizations are not part of this simulation; give the manifests by -f");
  const api = new Api(terminal.client, terminal.err, impersonated(parsed));
  const exit = verb.run(new Call(path, parsed, api, terminal));
  return typeof exit === "number" ? exit : 0;
}

/** Who `--as` and `--as-group` say is asking, with the groups that the API server adds; undefined for the administrator. */
function impersonated({ values }: ParsedFlags): UserInfo | undefined {
  const name = values.get("as")?.[0] ?? "";
  const groups = values.get("as-group") ?? [];
  if (name === "" && groups.length === 0) return undefined;
  if (name === "") fail("requesting uid, groups or user-extra without impersonating a user");
  const account = /^system:serviceaccount:([^:]+):[^:]+$/.exec(name);
  const own = account === null ? [] : ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`];
  return { name, groups: [...(groups.length > 0 ? groups : own), "system:authenticated"] };
}

interface FoundVerb {
  readonly verb: Verb | undefined;
  readonly path: string;
  readonly rest: readonly string[];
}

/** Cobra's `Find`: the command words may stand anywhere before the first word that is none; flags are left in place. */
function findVerb(argv: readonly string[]): FoundVerb {
  let list = verbs;
  let found: FoundVerb = { verb: undefined, path: "kubectl", rest: argv };
  for (;;) {
    const at = firstWord(found.rest, [...(found.verb?.flags ?? []), ...GLOBAL_FLAGS]);
    const word = found.rest[at];
    const verb = list.find((one) => one.name === word || one.aliases?.includes(word ?? ""));
    if (at < 0 || verb === undefined) return found;
    const rest = [...found.rest.slice(0, at), ...found.rest.slice(at + 1)];
    found = { verb, path: `${found.path} ${verb.name}`, rest };
    list = verb.verbs ?? [];
  }
}

function firstWord(argv: readonly string[], flags: Verb["flags"]): number {
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i]!;
    if (word === "--") return -1;
    if (!word.startsWith("-") || word === "-") return i;
    const flag = flags.find((one) => word === `--${one.name}` || word === `-${one.short}`);
    if (flag !== undefined && flag.type !== "bool" && flag.bare === undefined) i++;
  }
  return -1;
}

function withoutVerb(argv: readonly string[], terminal: Terminal): number {
  const parsed = parseFlags(argv, GLOBAL_FLAGS);
  if (parsed.kind === "error") {
    const word = argv[firstWord(argv, GLOBAL_FLAGS)];
    if (word === undefined) {
      terminal.err(`Error: ${parsed.message}\nSee 'kubectl --help' for usage.\n`);
      return 1;
    }
    return unknownVerb(word, terminal);
  }
  const [word] = parsed.args;
  if (word !== undefined) return unknownVerb(word, terminal);
  terminal.out(rootUsage());
  return 0;
}

function unknownVerb(word: string, terminal: Terminal): number {
  if (UNMODELLED_VERBS.includes(word)) {
    terminal.err(
      `error: "kubectl ${word}" is not part of this simulation; "kubectl --help" lists the commands that are\n`,
    );
    return 1;
  }
  const near = suggestions(word, [...verbs.map((verb) => verb.name), ...UNMODELLED_VERBS]);
  const list = near.map((name) => `\t${name}\n`).join("");
  const hint = near.length === 0 ? "" : `\n\nDid you mean this?\n${list}`;
  terminal.err(`Error: unknown command "${word}" for "kubectl"${hint}\n`);
  return 1;
}

function rootUsage(): string {
  const names = verbs.map((verb) => `  ${verb.name}\n`).join("");
  return `kubectl controls the Kubernetes cluster manager.\n\nCommands:\n${names}\nUse "kubectl <command> --help" for more information about a given command.\n`;
}

function usageText(path: string, verb: Verb): string {
  const flags = verb.flags.map((flag) => `    ${flag.short ? `-${flag.short}, ` : ""}--${flag.name}\n`).join("");
  const below = verb.verbs?.map((one) => `  ${one.name}\n`).join("") ?? "";
  const commands = below === "" ? "" : `Available Commands:\n${below}\n`;
  return `${commands}Options:\n${flags}\nUsage:\n  ${path} [flags] [options]\n`;
}
