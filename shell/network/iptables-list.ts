import type { ChainSnapshot } from "../../sim/snapshot.ts";
import { splitWords } from "../words.ts";

/** How `iptables -L` is asked to write. */
export interface ListChoice {
  /** `-n`: addresses and ports as numbers. */
  readonly isNumeric: boolean;
  /** `-v`: with counters and devices. What passed is not counted here: the counters are 0. */
  readonly isVerbose: boolean;
  /** `--line-numbers`. */
  readonly isNumbered: boolean;
}

/** One chain of a table as `iptables -L` writes it (iptables 1.8, iptables/nft-shared.c). */
export function chainText(chain: ChainSnapshot, table: readonly ChainSnapshot[], choice: ListChoice): string {
  const counters = choice.isVerbose ? " 0 packets, 0 bytes" : "";
  const references = table.flatMap(({ rules }) => rules).filter((rule) => jumpOf(rule) === chain.chain).length;
  const kind = chain.policy === "-" ? `${references} references` : `policy ${chain.policy}${counters}`;
  const devices = choice.isVerbose ? "in     out     " : "";
  const head = `${choice.isNumbered ? "num  " : ""}${choice.isVerbose ? " pkts bytes " : ""}`;
  const columns = `${head}target     prot opt ${devices}source               destination         `;
  const lines = chain.rules.map((rule, i) => (choice.isNumbered ? String(i + 1).padEnd(5) : "") + line(rule, choice));
  return `${[`Chain ${chain.chain} (${kind})`, columns, ...lines].join("\n")}\n`;
}

function jumpOf(rule: string): string | undefined {
  return / ?-[jg] (\S+)/.exec(rule)?.[1];
}

/** A rule's words, taken one by one. */
class Words {
  private readonly words: readonly string[];
  private at = 0;

  constructor(rule: string) {
    const split = splitWords(rule);
    this.words = split.kind === "words" ? split.words : rule.split(" ");
  }

  next(): string | undefined {
    return this.words[this.at++];
  }

  /** The next word, where it is a value and no option. */
  value(): string {
    const word = this.words[this.at];
    if (word === undefined || word === "!" || /^-[-a-z]/i.test(word)) return "";
    this.at++;
    return word;
  }
}

const SERVICES: ReadonlyMap<string, string> = new Map(
  Object.entries({ 22: "ssh", 53: "domain", 80: "http", 443: "https", 179: "bgp", 123: "ntp", 8080: "http-alt" }),
);

function line(rule: string, choice: ListChoice): string {
  const words = new Words(rule);
  const cells = { target: "", prot: "all", in: "", out: "", source: "", destination: "", goto: "" };
  const texts: string[] = [];
  let not = "";
  let match = "";
  for (let word = words.next(); word !== undefined; word = words.next()) {
    if (word === "!") {
      not = "!";
      continue;
    }
    if (word === "-j" || word === "-g") {
      cells.target = words.value();
      if (word === "-g") cells.goto = "[goto] ";
    } else if (word === "-p") cells.prot = not + words.value();
    else if (word === "-s") cells.source = not + address(words.value(), choice);
    else if (word === "-d") cells.destination = not + address(words.value(), choice);
    else if (word === "-i") cells.in = not + words.value();
    else if (word === "-o") cells.out = not + words.value();
    else if (word === "-m") {
      match = words.value();
      const title = TITLES.get(match);
      if (title !== undefined) texts.push(title);
    } else texts.push(optionText(word, not, words, { match, choice }));
    not = "";
  }
  const any = choice.isNumeric ? "0.0.0.0/0" : "anywhere";
  const device = choice.isNumeric ? "*" : "any";
  const devices = choice.isVerbose ? `${(cells.in || device).padEnd(6)} ${(cells.out || device).padEnd(6)} ` : "";
  const counters = choice.isVerbose ? "    0     0 " : "";
  const ends = `${(cells.source || any).padEnd(19)}  ${(cells.destination || any).padEnd(19)} `;
  const rest = texts.filter((text) => text !== "").map((text) => ` ${text}`);
  const head = `${counters}${cells.target.padEnd(9)}  ${cells.prot.padEnd(4)} --  ${devices}`;
  return `${head}${choice.isVerbose ? " " : ""}${ends}${cells.goto}${rest.join("")}`;
}

/** One address is written without its mask. */
function address(text: string, { isNumeric }: ListChoice): string {
  const bare = text.replace(/\/32$/, "");
  if (isNumeric) return bare;
  return bare === "0.0.0.0/0" ? "anywhere" : bare === "127.0.0.1" ? "localhost" : bare;
}

/** What a match writes before its options. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ...([["tcp", "tcp"] as const, ["udp", "udp"], ["sctp", "sctp"], ["addrtype", "ADDRTYPE match"]] as const),
  ...([["statistic", "statistic"] as const, ["multiport", "multiport"], ["physdev", "PHYSDEV match"]] as const),
]);

interface Around {
  readonly match: string;
  readonly choice: ListChoice;
}

/** An option of a match or a target in the words of `-L`; those that it does not know stand as the rule has them. */
function optionText(option: string, not: string, words: Words, { match, choice }: Around): string {
  const port = (text: string) =>
    choice.isNumeric
      ? text
      : text
          .split(":")
          .map((one) => SERVICES.get(one) ?? one)
          .join(":");
  const range = (name: string, text: string) => `${name}${text.includes(":") ? "s" : ""}:${not}${port(text)}`;
  const before = not === "" ? "" : "! ";
  switch (option) {
    case "--comment":
      return `/* ${words.value()} */`;
    case "--dport":
      return range("dpt", words.value());
    case "--sport":
      return range("spt", words.value());
    case "--dports":
      return `dports ${before}${words.value().split(",").map(port).join(",")}`;
    case "--mark":
      return `mark match ${before}${words.value().replace(/^(0x[0-9a-f]+)\/0xffffffff$/, "$1")}`;
    case "--ctstate":
      return `${before}ctstate ${words.value()}`;
    case "--mode":
      return `mode ${words.value()}`;
    case "--probability":
      return `probability ${words.value()}`;
    case "--dst-type":
      return `dst-type ${before}${words.value()}`;
    case "--src-type":
      return `src-type ${before}${words.value()}`;
    case "--limit-iface-in":
    case "--limit-iface-out":
      return `limit-${option.slice("--limit-iface-".length)}`;
    case "--match-set":
      return `${before}match-set ${words.value()} ${words.value()}`;
    case "--to-destination":
    case "--to-source":
      return `to:${words.value()}`;
    case "--to-ports":
      return `redir ports ${words.value()}`;
    case "--reject-with":
      return `reject-with ${words.value()}`;
    case "--random-fully":
      return "random-fully";
    case "--icmp-type":
      return `icmptype ${before}${words.value()}`;
    case "--set-xmark":
    case "--or-mark":
    case "--and-mark":
    case "--xor-mark":
      return markText(option, words.value());
    default:
      return match === "recent" ? recentText(option, words) : `${before}${option} ${words.value()}`.trim();
  }
}

/** `MARK or 0x4000` and its kin, as xt_MARK writes a value and its mask. */
function markText(option: string, text: string): string {
  const [value = "0x0", mask = "0xffffffff"] = text.split("/");
  if (option !== "--set-xmark") return `MARK ${option.slice(2, -"-mark".length)} ${value}`;
  if (Number(value) === 0 && Number(mask) !== 0xffffffff) {
    return `MARK and 0x${(0xffffffff - Number(mask)).toString(16)}`;
  }
  if (value === mask) return `MARK or ${value}`;
  if (Number(mask) === 0) return `MARK xor ${value}`;
  return Number(mask) === 0xffffffff ? `MARK set ${value}` : `MARK xset ${value}/${mask}`;
}

function recentText(option: string, words: Words): string {
  switch (option) {
    case "--rcheck":
      return "recent: CHECK";
    case "--set":
      return "recent: SET";
    case "--seconds":
      return `seconds: ${words.value()}`;
    case "--reap":
      return "reap";
    case "--name":
      return `name: ${words.value()}`;
    case "--mask":
      return `mask: ${words.value()}`;
    default:
      return option === "--rsource" ? "side: source" : `${option} ${words.value()}`.trim();
  }
}
