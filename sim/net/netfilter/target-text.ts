/**
 * Reads what a rule does, and words it as iptables-save does (iptables 1.8, extensions/libxt_*.c and libipt_*.c).
 * Left out: LOG, NFLOG, TPROXY and others that change no packet.
 * Invariant: `targetText` of a target, read again, gives the same target.
 */
import { formatIpv4, parseIpv4 } from "../wire/ipv4.ts";
import { maskedText } from "./conditions.ts";
import { parseMasked, parsePorts } from "./match-text.ts";
import { type Reader, RuleError, take } from "./reader.ts";
import type { PortRange, Target } from "./ruleset.ts";

function options(reader: Reader, valued: readonly string[], flags: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (let option = reader.words[reader.at]; option !== undefined; option = reader.words[reader.at]) {
    if (flags.includes(option)) {
      reader.at++;
      found.set(option, "");
    } else if (valued.includes(option)) {
      reader.at++;
      found.set(option, take(reader, option));
    } else break;
  }
  return found;
}

function portsOf(text: string | undefined): PortRange | undefined {
  return text === undefined ? undefined : parsePorts(text, "-");
}

function translation(kind: "dnat" | "snat", reader: Reader): Target {
  const flag = kind === "dnat" ? "--to-destination" : "--to-source";
  const found = options(reader, [flag], ["--random", "--random-fully", "--persistent"]);
  const [addresses = "", ports] = (found.get(flag) ?? "").split(":");
  const [low = "", high = low] = addresses.split("-");
  const ends = {
    low: parseIpv4(low) ?? (low === "" ? 0 : undefined),
    high: parseIpv4(high) ?? (high === "" ? 0 : undefined),
  };
  if (ends.low === undefined || ends.high === undefined) throw new RuleError(`Bad IP address "${addresses}"`);
  return { kind, low: ends.low, high: ends.high, ports: portsOf(ports), random: found.has("--random-fully") };
}

function marking(reader: Reader): Target {
  const found = options(reader, ["--set-xmark", "--set-mark", "--or-mark", "--and-mark", "--xor-mark"], []);
  const [[flag, text] = ["", ""]] = [...found];
  if (flag === "") throw new RuleError("MARK: One of the --set-xmark, --{and,or,xor,set}-mark options is required");
  const { value, mask } = parseMasked(text);
  if (flag === "--set-xmark") return { kind: "mark", value, mask };
  if (flag === "--or-mark") return { kind: "mark", value, mask: value };
  if (flag === "--and-mark") return { kind: "mark", value: 0, mask: ~value >>> 0 };
  if (flag === "--xor-mark") return { kind: "mark", value, mask: 0 };
  return { kind: "mark", value, mask: (mask | value) >>> 0 };
}

function connectionMarking(reader: Reader): Target {
  const found = options(
    reader,
    ["--set-xmark", "--set-mark", "--nfmask", "--ctmask", "--mask"],
    ["--save-mark", "--restore-mark"],
  );
  if (found.has("--save-mark") || found.has("--restore-mark")) {
    const mask = Number(found.get("--mask") ?? found.get("--nfmask") ?? "0xffffffff") >>> 0;
    return { kind: "connmark", op: found.has("--save-mark") ? "save" : "restore", value: 0, mask };
  }
  return { kind: "connmark", op: "set", ...parseMasked(found.get("--set-xmark") ?? found.get("--set-mark") ?? "") };
}

/** Reads the name of a target and its options. Throws RuleError. */
export function parseTarget(reader: Reader, isGoto: boolean): Target {
  const name = take(reader, "-j");
  if (isGoto) return { kind: "goto", chain: name };
  switch (name) {
    case "ACCEPT":
      return { kind: "accept" };
    case "DROP":
      return { kind: "drop" };
    case "RETURN":
      return { kind: "return" };
    case "NOTRACK":
      return { kind: "notrack" };
    case "CT":
      options(reader, ["--zone"], ["--notrack"]);
      return { kind: "notrack" };
    case "REJECT":
      return {
        kind: "reject",
        reply: options(reader, ["--reject-with"], []).get("--reject-with") ?? "icmp-port-unreachable",
      };
    case "DNAT":
      return translation("dnat", reader);
    case "SNAT":
      return translation("snat", reader);
    case "MASQUERADE": {
      const found = options(reader, ["--to-ports"], ["--random", "--random-fully"]);
      return { kind: "masquerade", ports: portsOf(found.get("--to-ports")), random: found.has("--random-fully") };
    }
    case "REDIRECT":
      return { kind: "redirect", ports: portsOf(options(reader, ["--to-ports"], ["--random"]).get("--to-ports")) };
    case "MARK":
      return marking(reader);
    case "CONNMARK":
      return connectionMarking(reader);
    default:
      return { kind: "jump", chain: name };
  }
}

const spelled = (ports: PortRange | undefined, before: string) => {
  if (ports === undefined) return "";
  return `${before}${ports.low}${ports.high === ports.low ? "" : `-${ports.high}`}`;
};

function addressesText(target: Target & { kind: "dnat" | "snat" }): string {
  const flag = target.kind === "dnat" ? "--to-destination" : "--to-source";
  const low = target.low === 0 ? "" : formatIpv4(target.low);
  const high = target.high === target.low ? "" : `-${formatIpv4(target.high)}`;
  const random = target.random ? " --random-fully" : "";
  return `-j ${target.kind.toUpperCase()} ${flag} ${low}${high}${spelled(target.ports, ":")}${random}`;
}

/** The target as iptables-save prints it. */
export function targetText(target: Target): string {
  switch (target.kind) {
    case "jump":
      return `-j ${target.chain}`;
    case "goto":
      return `-g ${target.chain}`;
    case "reject":
      return `-j REJECT --reject-with ${target.reply}`;
    case "dnat":
    case "snat":
      return addressesText(target);
    case "masquerade":
      return `-j MASQUERADE${spelled(target.ports, " --to-ports ")}${target.random ? " --random-fully" : ""}`;
    case "redirect":
      return `-j REDIRECT${spelled(target.ports, " --to-ports ")}`;
    case "mark":
      return `-j MARK --set-xmark ${maskedText(target.value, target.mask)}${target.mask === 0xffffffff ? "/0xffffffff" : ""}`;
    case "connmark":
      return target.op === "set"
        ? `-j CONNMARK --set-xmark ${maskedText(target.value, target.mask)}`
        : `-j CONNMARK --${target.op}-mark --nfmask 0x${target.mask.toString(16)} --ctmask 0x${target.mask.toString(16)}`;
    case "notrack":
      return "-j NOTRACK";
    default:
      return target.kind === "continue" ? "" : `-j ${target.kind.toUpperCase()}`;
  }
}
