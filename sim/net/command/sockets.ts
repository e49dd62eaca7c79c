/**
 * `ss` for listening sockets, and `ipset list` (iproute2 6.1, misc/ss.c; ipset 7.17).
 * Left out: connected sockets, of which the simulation keeps none; filters; queue lengths other than a server's usual ones.
 * Invariant: columns are as wide as their longest entry.
 */
import type { Listener } from "../namespace.ts";
import { own } from "../own.ts";
import { IpError } from "../route/route-text.ts";
import { formatIpv4 } from "../wire/ipv4.ts";
import { lines, type Run, type Said, spaceOf } from "./command.ts";
import { serviceName } from "./services.ts";

const LONG: Readonly<Record<string, string>> = {
  numeric: "n",
  listening: "l",
  tcp: "t",
  udp: "u",
  all: "a",
  "no-header": "H",
  processes: "p",
  ipv4: "4",
};

function lettersOf(words: readonly string[]): string {
  return words
    .map((word) => {
      if (!word.startsWith("-")) throw new IpError(`Error: an inet prefix is expected rather than "${word}".`, 255);
      const letter = word.startsWith("--") ? own(LONG, word.slice(2)) : word.slice(1);
      if (letter === undefined) throw new IpError(`ss: unrecognized option '${word}'`, 255);
      const unknown = [...letter].find((each) => !"nltuaHp4erio".includes(each));
      if (unknown !== undefined) throw new IpError(`ss: invalid option -- '${unknown}'`, 255);
      return letter;
    })
    .join("");
}

type Row = readonly [netid: string, state: string, received: string, sent: string, address: string, port: string];

/** The usual length of a listening socket's queue (net.core.somaxconn). */
const BACKLOG = 4096;

function rowOf({ proto, address, port }: Listener, numeric: boolean): Row {
  const isTcp = proto === "tcp";
  const local = address === 0 ? "0.0.0.0" : formatIpv4(address);
  const name = (numeric ? undefined : serviceName(port)) ?? `${port}`;
  return [proto, isTcp ? "LISTEN" : "UNCONN", "0", isTcp ? `${BACKLOG}` : "0", local, name];
}

const head: Row = ["Netid", "State", "Recv-Q", "Send-Q", "Local Address", "Port"];
const PEER_ADDRESS = "Peer Address";

/** Runs `ss` with the words behind its name. */
export function runSs(run: Run, words: readonly string[]): Said {
  const letters = lettersOf(words);
  const has = (letter: string) => letters.includes(letter);
  const protocols = (["udp", "tcp"] as const).filter((proto) => has(proto[0]!) || (!has("t") && !has("u")));
  const isListening = has("l") || has("a");
  const rows = protocols.flatMap((proto) => {
    const listeners = isListening ? spaceOf(run).listeners.filter((one) => one.proto === proto) : [];
    return [...listeners].sort((a, b) => a.port - b.port || a.address - b.address).map((one) => rowOf(one, has("n")));
  });
  const shown = has("H") ? rows : [head, ...rows];
  const isBare = has("H");
  const width = (column: number, least = 0) => shown.reduce((most, row) => Math.max(most, row[column]!.length), least);
  const widths = [width(0), width(1), width(2, 6), width(3, 6), width(4), width(5)] as const;
  const peerWidth = isBare ? "0.0.0.0".length : PEER_ADDRESS.length;
  const portWidth = isBare ? 1 : "Port".length;
  const texts = shown.map((row) => {
    const [netid, state, received, sent, address, port] = row;
    const isHead = row === head;
    const columns = [
      ...(protocols.length > 1 ? [netid.padEnd(widths[0])] : []),
      state.padEnd(widths[1]),
      received.padEnd(widths[2]),
      sent.padEnd(widths[3]),
      `${address.padStart(widths[4])}:${port.padEnd(widths[5])}`,
      `${(isHead ? PEER_ADDRESS : "0.0.0.0").padStart(peerWidth)}:${(isHead ? "Port" : "*").padEnd(portWidth)}`,
    ];
    return columns.join(" ") + (isBare ? "" : isHead ? "Process" : " ".repeat("Process".length));
  });
  return { stdout: lines(texts) };
}

/** Runs `ipset` with the words behind its name; only listing is there. */
export function runIpset(run: Run, words: readonly string[]): Said {
  const onlyNames = words.includes("-n") || words.includes("-name");
  const [command, name] = words.filter((word) => !word.startsWith("-"));
  if (command === undefined)
    throw new IpError("ipset v7.17: No command specified.\nTry `ipset help' for more information.");
  if (command !== "list" && command !== "save")
    throw new IpError(`ipset v7.17: Unknown argument: \`${command}'\nTry \`ipset help' for more information.`);
  const { sets } = spaceOf(run);
  if (name !== undefined && own(sets, name) === undefined)
    throw new IpError("ipset v7.17: The set with the given name does not exist", 1);
  const shown = name === undefined ? Object.keys(sets) : [name];
  if (onlyNames) return { stdout: lines(shown) };
  const texts = shown.map((set) => {
    const { entries } = sets[set]!;
    const type = entries.some((entry) => entry.includes(",")) ? "hash:ip,port" : "hash:net";
    return [`Name: ${set}`, `Type: ${type}`, `Number of entries: ${entries.length}`, "Members:", ...entries].join("\n");
  });
  return { stdout: texts.length === 0 ? "" : `${texts.join("\n\n")}\n` };
}
