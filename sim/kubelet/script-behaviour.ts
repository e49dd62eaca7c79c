/**
 * How long a command line keeps a container's main process going, and with which code it ends.
 * Models what shells and common tools do, as far as their words tell; it runs nothing.
 * Left out: conditions, which are taken to hold; what tools find (they succeed); variables that a script sets.
 * Invariant: a pure function of the words; a program that nobody knows is taken for a server.
 */
import { type Duration, millisecond, second } from "../time/instant.ts";
import type { Behaviour } from "./behaviour.ts";
import { inlineScript, isShell } from "./command-line.ts";

/** How long a command takes that has nothing to wait for. */
const atOnceUs = 50 * millisecond;

/** What has nothing to do, or nothing to read. */
export const ended: Behaviour = { lifeUs: atOnceUs, exitCode: 0, heedsTerm: true };

/** What runs until somebody stops it. */
export const server: Behaviour = { lifeUs: undefined, exitCode: 0, heedsTerm: true };

/** Runs until it is killed: process 1 has no default action for SIGTERM. */
export const deaf: Behaviour = { lifeUs: undefined, exitCode: 0, heedsTerm: false };

const words = (text: string): readonly string[] => text.split(" ");

/** Programs that do their work and end. */
const quick: ReadonlySet<string> = new Set([
  ...words("echo printf true : test [ [[ cd export set unset read local shift trap eval source . alias ulimit umask"),
  ...words("date ls cat grep egrep fgrep sed awk cut tr head wc sort uniq find tee xargs seq expr bc basename dirname"),
  ...words("mkdir rmdir rm cp mv touch ln chmod chown chgrp stat du df tar gzip gunzip unzip zip dd sync mktemp"),
  ...words("wget curl nslookup dig host ping traceroute id whoami hostname env printenv uname ps kill ip ifconfig"),
  ...words("iptables sysctl mount umount openssl base64 sha256sum md5sum jq yq git apk apt apt-get yum pip pip3 npm"),
  ...words("kubectl helm mysql mysqladmin psql pg_isready pg_dump createdb redis-cli mongosh aws gcloud gsutil mc"),
  ...words("factor hello time timeout nice nohup"),
]);

/** Interpreters that end once they have run what stands on their command line. */
const interpreters = /^(?:perl\d*|python\d*(?:\.\d+)?|ruby|node|php|lua)$/;
const inlineCode = /^-(?:\w*e|c|r|p)$/;

/** Programs that read their standard input when no argument says otherwise. */
const readers = /^(?:cat|bc|mysql|psql|redis-cli|mongosh)$/;

/** Whether a command line does nothing but wait for its standard input. */
function isReader([path = "", ...args]: readonly string[]): boolean {
  const program = path.slice(path.lastIndexOf("/") + 1);
  const isBare = args.every((arg) => /^-[^c]*$/.test(arg) || arg === "--login");
  if (isShell(path)) return isBare;
  return args.length === 0 && (readers.test(program) || interpreters.test(program));
}

/**
 * The behaviour of a command line given as words. What reads its standard input waits for it for ever if somebody holds
 * that open (`isHeld`), and is at its end at once if not.
 */
export function commandBehaviour(command: readonly string[], isHeld = false): Behaviour {
  const script = inlineScript(command) ?? (command.length === 1 ? command[0] : undefined);
  if (isReader(command) || (script !== undefined && isReader(script.trim().split(/\s+/)))) return isHeld ? deaf : ended;
  if (script !== undefined) return scriptBehaviour(script);
  return isShell(command[0]) ? server : follow([command]);
}

/** The behaviour of a shell script: its commands one after the other. */
function scriptBehaviour(script: string): Behaviour {
  const isEndless = /\bwhile\s+(?:true|:|\[\s*1\s*\]|\[\s*true\s*\])|\bfor\s*\(\(\s*;\s*;\s*\)\)|\buntil\s+false\b/;
  const endless = isEndless.exec(script);
  const before = endless === null ? script : script.slice(0, endless.index);
  const result = follow(commandsOf(before));
  if (endless === null || result.lifeUs === undefined || /\bexit\b/.test(before)) return result;
  return deaf;
}

/** Words that open or close a construct and are followed by a command, or by nothing. */
const keyword = /^(?:if|then|else|elif|fi|do|done|while|until|esac|!|\{|\}|\(|\)|exec|sudo)$/;
/** Words that open a construct whose line is no command. */
const header = /^(?:for|case|select|function|in)$/;

function commandsOf(script: string): readonly (readonly string[])[] {
  const bare = script.replace(/\\\n/g, " ").replace(/(^|\s)#[^\n]*/g, "$1");
  return substituted(bare)
    .split(/;;|;|&&|\|\||\||\n|&(?!\d)/)
    .map((text) => text.trim().split(/\s+/))
    .map(skipWords)
    .filter((command) => command.length > 0 && command[0] !== "");
}

/** Takes quoted text and what stands in `$(…)` for one word: neither says how long the script runs. */
function substituted(text: string): string {
  return text
    .replace(/'[^']*'|"[^"]*"/g, "x")
    .replace(/\$\([^()]*\)|`[^`]*`/g, "x")
    .replace(/\d?>&\d|(?:&|\d)?>>?\s*[^\s;&|]+|<\s*[^\s;&|]+/g, " ");
}

function skipWords(command: readonly string[]): readonly string[] {
  let at = 0;
  while (at < command.length && (keyword.test(command[at] ?? "") || /^\w+=\S*$/.test(command[at] ?? ""))) at++;
  return header.test(command[at] ?? "") ? [] : command.slice(at);
}

function follow(commands: readonly (readonly string[])[]): Behaviour {
  let lifeUs: Duration = atOnceUs;
  let heedsTerm = true;
  let exitCode = 0;
  for (const [path = "", ...args] of commands) {
    const program = path.slice(path.lastIndexOf("/") + 1);
    const [first = ""] = args;
    exitCode = program === "false" ? 1 : 0;
    if (program === "sleep") {
      heedsTerm = false;
      const seconds = sleepSeconds(first);
      if (seconds === undefined) return deaf;
      lifeUs += Math.round(seconds * second);
    } else if (program === "exit" || program === "return") {
      return { lifeUs, exitCode: /^\d+$/.test(first) ? Number(first) & 255 : 0, heedsTerm };
    } else if (program === "tail" && args.some((arg) => /^-\w*[fF]/.test(arg))) return deaf;
    else if (!isQuick(program, args)) return server;
  }
  return { lifeUs, exitCode, heedsTerm };
}

function isQuick(program: string, args: readonly string[]): boolean {
  if (program === "false" || program === "tail" || quick.has(program)) return true;
  if (interpreters.test(program)) return args.some((arg) => inlineCode.test(arg));
  return /^n(?:c|cat|etcat)$/.test(program) && !args.some((arg) => /^-\w*l/.test(arg));
}

/** Undefined: for ever. A variable is taken for no time. */
function sleepSeconds(text: string): number | undefined {
  if (/^inf(?:inity)?$/.test(text)) return undefined;
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  if (match === null) return 0;
  return Number(match[1]) * ({ "": 1, s: 1, m: 60, h: 3600, d: 86_400 } as Record<string, number>)[match[2] as string]!;
}
