import type { ShellClient, ShellFiles } from "../client.ts";
import type { Terminal } from "../command.ts";
import type { Api } from "./api.ts";
import { fail } from "./failure.ts";
import type { Flag, ParsedFlags } from "./flags.ts";
import { durationUs, isTrue } from "./flags.ts";

/** One kubectl command, e.g. `get`, or a group of commands, e.g. `rollout`. Each has a file of its own. */
export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** Flags of its own; those of every command are in `GLOBAL_FLAGS`. */
  readonly flags: readonly Flag[];
  /** Flags that must be given, as cobra's `MarkFlagRequired`. */
  readonly required?: readonly string[];
  /** Commands below this one; then `run` is what happens without a known one. */
  readonly verbs?: readonly Verb[];
  /** Whether its words name resources, for completion; a kind: its first word names one of that kind, or TYPE/NAME. */
  readonly takesResources?: boolean | string;
  /** The only kinds that it is for, where they are few, as upstream lists them for completion. */
  readonly kinds?: readonly string[];
  /** Answers a number where the exit status is that of a command that ran elsewhere; else what is thrown decides. */
  run(call: Call): unknown;
}

/** The flags that `kubectl options` lists and that mean something here; the others are taken and ignored. */
export const GLOBAL_FLAGS: readonly Flag[] = [
  { name: "namespace", short: "n", type: "string" },
  { name: "help", short: "h", type: "bool" },
  { name: "server", short: "s", type: "string" },
  { name: "v", short: "v", type: "string" },
  { name: "warnings-as-errors", type: "bool" },
  { name: "match-server-version", type: "bool" },
  { name: "insecure-skip-tls-verify", type: "bool" },
  { name: "disable-compression", type: "bool" },
  { name: "as", type: "string" },
  { name: "as-group", type: "strings" },
  ...["as-uid", "cache-dir", "certificate-authority", "client-certificate", "client-key", "cluster", "context"],
  ...["kubeconfig", "password", "profile", "profile-output", "request-timeout", "tls-server-name", "token", "user"],
  ...["username", "vmodule", "log-flush-frequency"],
].map((flag): Flag => (typeof flag === "string" ? { name: flag, type: "string" } : (flag as Flag)));

/** One running command: its words and flags, the cluster, and the streams. */
export class Call {
  readonly path: string;
  readonly api: Api;
  readonly client: ShellClient;
  readonly files: ShellFiles;
  readonly args: readonly string[];
  readonly dashAt: number;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly terminal: Terminal;
  private readonly values: ReadonlyMap<string, readonly string[]>;

  constructor(path: string, parsed: ParsedFlags, api: Api, terminal: Terminal) {
    this.path = path;
    this.api = api;
    this.terminal = terminal;
    this.client = terminal.client;
    this.files = terminal.files;
    this.out = terminal.out;
    this.err = terminal.err;
    this.args = parsed.args;
    this.dashAt = parsed.dashAt;
    this.values = parsed.values;
  }

  /** Whether the user gave the flag at all. */
  has(flag: string): boolean {
    return this.values.has(flag);
  }

  /** A string flag's value, "" when it was not given. */
  text(flag: string): string {
    return this.values.get(flag)?.[0] ?? "";
  }

  /** A repeatable flag's values; each may hold several, divided by commas. */
  list(flag: string): readonly string[] {
    return (this.values.get(flag) ?? []).flatMap((value) => value.split(",")).filter((value) => value !== "");
  }

  /** A repeatable flag's values as they were given, commas and all. */
  each(flag: string): readonly string[] {
    return this.values.get(flag) ?? [];
  }

  on(flag: string, fallback = false): boolean {
    return this.has(flag) ? isTrue(this.text(flag)) : fallback;
  }

  int(flag: string, fallback: number): number {
    return this.has(flag) ? Number(this.text(flag)) : fallback;
  }

  /** A duration flag in microseconds; 0 when it was not given. */
  durationUs(flag: string): number {
    return durationUs(this.text(flag));
  }

  /** The namespace that requests go to: `-n`, else `default`. */
  get namespace(): string {
    return this.text("namespace") || "default";
  }

  /** `--dry-run` in its three readings. */
  get dryRun(): "none" | "client" | "server" {
    const value = this.has("dry-run") ? this.text("dry-run") : "none";
    if (value === "unchanged") {
      this.err("W0000 --dry-run is deprecated and can be replaced with --dry-run=client.\n");
      return "client";
    }
    if (value === "none" || value === "client" || value === "server") return value;
    return fail(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }

  /** What the real tool puts behind a done line: "", ` (dry run)` or ` (server dry run)`. */
  get dryRunNote(): string {
    return { none: "", client: " (dry run)", server: " (server dry run)" }[this.dryRun];
  }
}
