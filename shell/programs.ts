import type { ShellCommand } from "./command.ts";
import { programNamesAt } from "./images.ts";
import { kubectl } from "./kubectl/index.ts";
import { crictl } from "./network/crictl.ts";
import { curl } from "./network/curl.ts";
import { dig } from "./network/dig.ts";
import { ip } from "./network/ip.ts";
import { nc } from "./network/nc.ts";
import { conntrack, iptables, iptablesSave, sysctl } from "./network/netfilter.ts";
import { nslookup } from "./network/nslookup.ts";
import { ping } from "./network/ping.ts";
import { netstat, ss } from "./network/ss.ts";
import { traceroute } from "./network/traceroute.ts";
import { wget } from "./network/wget.ts";
import type { Place } from "./place.ts";
import { ash, bash, sh } from "./sh/sh.ts";
import { SYSTEM_TOOLS } from "./sh/system-tools.ts";
import { TEXT_TOOLS } from "./sh/text-tools.ts";
import { ssh } from "./ssh.ts";

const ALL: readonly ShellCommand[] = [
  ...[kubectl, ssh, sh, bash, ash],
  ...[curl, wget, ping, nslookup, dig, nc, traceroute],
  ...[ip, iptables, iptablesSave, sysctl, conntrack, ss, netstat, crictl],
  ...[...TEXT_TOOLS, ...SYSTEM_TOOLS],
];

const byName: ReadonlyMap<string, ShellCommand> = new Map(ALL.map((program) => [program.name, program]));

/** Directories that a program may be named with. */
const BIN = /^\/(?:usr\/)?(?:local\/)?s?bin\//;

/** The program that a name (or a path such as /bin/sh) means in a place; undefined where there is none. */
export function programAt(place: Place, name: string): ShellCommand | undefined {
  const bare = name.replace(BIN, "");
  return programNamesAt(place).includes(bare) ? byName.get(bare) : undefined;
}

/** The programs of the user's own machine that are worth a tag or a `%` line of their own. */
export const magicNames: readonly string[] = ["curl", "dig", "kubectl", "nslookup", "ping", "ssh", "traceroute"];
