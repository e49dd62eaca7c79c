/**
 * `conntrack`: listing, counting, deleting and flushing connections (conntrack-tools 1.4, src/conntrack.c).
 * Left out: creating and updating entries, events, expectations, zones, output formats.
 * Invariant: entries whose time is over are not there.
 */
import type { Namespace } from "../namespace.ts";
import { type Connection, forgotten, listConnections } from "../netfilter/conntrack.ts";
import { withoutExpired } from "../netfilter/expiry.ts";
import { own } from "../own.ts";
import { IpError } from "../route/route-text.ts";
import { contains, parsePrefix } from "../wire/ipv4.ts";
import { lines, type Run, type Said, spaceOf, Words } from "./command.ts";
import { connectionText } from "./show.ts";

const VERSION = "conntrack v1.4.7 (conntrack-tools)";

function wrong(message: string): IpError {
  return new IpError(`${VERSION}: ${message}\nTry \`conntrack -h' or 'conntrack --help' for more information.`);
}

type Test = (connection: Connection) => boolean;

const sides: Readonly<Record<string, (connection: Connection) => number>> = {
  "-s": ({ original }) => original.src,
  "--src": ({ original }) => original.src,
  "--orig-src": ({ original }) => original.src,
  "-d": ({ original }) => original.dst,
  "--dst": ({ original }) => original.dst,
  "--orig-dst": ({ original }) => original.dst,
  "-r": ({ reply }) => reply.src,
  "--reply-src": ({ reply }) => reply.src,
  "-q": ({ reply }) => reply.dst,
  "--reply-dst": ({ reply }) => reply.dst,
};

const ports: Readonly<Record<string, (connection: Connection) => number>> = {
  "--sport": ({ original }) => original.sport,
  "--orig-port-src": ({ original }) => original.sport,
  "--dport": ({ original }) => original.dport,
  "--orig-port-dst": ({ original }) => original.dport,
  "--reply-port-src": ({ reply }) => reply.sport,
  "--reply-port-dst": ({ reply }) => reply.dport,
};

function addressTest(side: (connection: Connection) => number, text: string): Test {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw wrong(`Invalid IP address \`${text}'`);
  return (connection) => contains(prefix, side(connection));
}

const protocols: Readonly<Record<string, string>> = { "1": "icmp", "4": "ipip", "6": "tcp", "17": "udp" };

/** One option with its value as a test; undefined for one that chooses nothing. */
function testOf(option: string, words: Words): Test | undefined {
  const value = () => {
    const word = words.next();
    if (word === undefined) throw wrong(`option \`${option}' requires an argument`);
    return word;
  };
  const side = own(sides, option);
  if (side !== undefined) return addressTest(side, value());
  const portOf = own(ports, option);
  if (portOf !== undefined) {
    const port = Number(value());
    return (connection) => portOf(connection) === port;
  }
  switch (option) {
    case "-p":
    case "--proto":
    case "--protonum": {
      const text = value().toLowerCase();
      const proto = own(protocols, text) ?? text;
      return ({ original }) => original.proto === proto;
    }
    case "-m":
    case "--mark": {
      const mark = Number(value());
      return (connection) => connection.mark === mark;
    }
    case "-u":
    case "--status": {
      const status = value().toUpperCase();
      return ({ assured, replied }) => (status === "ASSURED" ? assured : status === "SEEN_REPLY" ? replied : true);
    }
    case "--state": {
      const state = value().toUpperCase();
      return ({ tcp }) => tcp === state;
    }
    case "-n":
    case "--src-nat":
      return ({ snat }) => snat;
    case "-g":
    case "--dst-nat":
      return ({ dnat }) => dnat;
    case "-j":
    case "--any-nat":
      return ({ snat, dnat }) => snat || dnat;
    case "-f":
    case "--family":
    case "-o":
    case "--output":
      value();
      return undefined;
    default:
      throw wrong(option.startsWith("-") ? `unknown option \`${option}'` : `unknown type \`${option}'`);
  }
}

function readTests(words: Words): readonly Test[] {
  const tests: Test[] = [];
  if (words.peek() === "conntrack") words.next();
  for (let option = words.next(); option !== undefined; option = words.next()) {
    const test = testOf(option, words);
    if (test !== undefined) tests.push(test);
  }
  return tests;
}

const commands: Readonly<Record<string, string>> = {
  "--dump": "-L",
  "--delete": "-D",
  "--flush": "-F",
  "--count": "-C",
};

/** Runs `conntrack` with the words behind its name. */
export function runConntrack(run: Run, given: readonly string[]): Said {
  const words = new Words(given);
  const first = words.next();
  const command = own(commands, first ?? "") ?? first;
  const stored = spaceOf(run);
  const space: Namespace = withoutExpired(stored, run.nowUs);
  if (command === "-F") {
    if (listConnections(stored.connections).length > 0) run.rows.set(run.name, { ...space, connections: {} });
    return { stdout: "", stderr: `${VERSION}: connection tracking table has been emptied.\n` };
  }
  const all = listConnections(space.connections);
  if (command === "-C") return { stdout: `${all.length}\n` };
  if (command !== "-L" && command !== "-D") throw wrong(`unknown command \`${first ?? ""}'`);
  const tests = readTests(words);
  const meant = all.filter((connection) => tests.every((test) => test(connection)));
  const stdout = lines(meant.map((connection) => connectionText(connection, run.nowUs)));
  const isDeletion = command === "-D";
  const stderr = `${VERSION}: ${meant.length} flow entries have been ${isDeletion ? "deleted" : "shown"}.\n`;
  if (!isDeletion) return { stdout, stderr };
  if (meant.length > 0) run.rows.set(run.name, { ...space, connections: meant.reduce(forgotten, space.connections) });
  return { stdout, stderr, exit: meant.length === 0 ? 1 : 0 };
}
