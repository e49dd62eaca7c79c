import type { Terminal } from "../command.ts";
import { placeText } from "../place.ts";
import { readFile } from "../place-files.ts";
import { isAddress } from "./request.ts";

/** One question to a name server and its answer. */
export interface Question {
  /** The full name that was asked for, without the last dot. */
  readonly name: string;
  readonly state: "found" | "NXDOMAIN" | "SERVFAIL" | "unanswered";
  readonly addresses: readonly string[];
}

/** What asking for a name brought. */
export interface Lookup {
  /** The name server's address. */
  readonly server: string;
  readonly questions: readonly Question[];
}

/** What a resolver without a file asks: a server on its own machine (resolv.conf(5)). */
const LOCAL_STUB = "127.0.0.1";
const DNS_TIMEOUT_US = 5_000_000;

/**
 * Asks for a name as the place's resolver does, with its search list; a name that ends in a dot is asked as it is. The
 * questions are those that the path of a request to the name shows.
 */
export function lookUp(terminal: Terminal, name: string, server?: string): Lookup {
  const { network } = terminal.client;
  const own = nameServer(terminal);
  const choice = server === undefined ? {} : { nameServer: server };
  const { legs } = network.trace(placeText(terminal.place), `udp://${name}:53`, {
    timeoutUs: DNS_TIMEOUT_US,
    ...choice,
  });
  const lookups = legs.filter((leg) => leg.purpose === "lookup");
  const asked = lookups[0]?.target.replace(/:\d+$/, "") ?? own;
  return { server: server ?? asked, questions: lookups.map(({ query, answer }) => readAnswer(query, answer)) };
}

function readAnswer(query: string, answer: string): Question {
  const name = query.replace(/\.$/, "");
  const addresses = answer.match(/\d+\.\d+\.\d+\.\d+/g) ?? [];
  if (addresses.length > 0 || /^(A|CNAME|AAAA)\b/.test(answer)) return { name, state: "found", addresses };
  if (answer === "NXDOMAIN" || answer === "SERVFAIL") return { name, state: answer, addresses };
  return { name, state: answer === "" ? "unanswered" : "NXDOMAIN", addresses };
}

/** The first name server that the place's /etc/resolv.conf names. */
export function nameServer(terminal: Terminal): string {
  const text = readFile("/etc/resolv.conf", terminal) ?? "";
  return /^nameserver\s+(\S+)/m.exec(text)?.[1] ?? LOCAL_STUB;
}

/** The name under which an address is asked for, without the last dot. */
export function reverseName(address: string): string {
  return isAddress(address) ? `${address.split(".").reverse().join(".")}.in-addr.arpa` : address;
}
