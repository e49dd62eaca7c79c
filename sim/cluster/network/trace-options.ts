/**
 * How a request is made, beyond where from and where to.
 * Models the options of curl, ping and nslookup that matter to packets.
 * Invariant: what was checked is plain data within the ranges that the real programs and protocols have.
 */
import { parseIpv4 } from "../../net/wire/ipv4.ts";

/** How a request is made. */
export interface TraceOptions {
  /** Microseconds after which the client gives up; by default as long as its protocol does. */
  readonly timeoutUs?: number;
  /** Address of a name server to ask instead of the place's own, for lookups. */
  readonly nameServer?: string;
  /** Source port, for a client that is bound to one. */
  readonly sourcePort?: number;
  /** Bytes of payload, e.g. of a ping. */
  readonly size?: number;
  /** Hops that the packet may take. */
  readonly ttl?: number;
  /** For an http or https target: what is asked, for the server's log. Default: GET by "curl". */
  readonly method?: string;
  readonly userAgent?: string;
}

const ranges = {
  timeoutUs: [1, 86_400_000_000],
  sourcePort: [1, 65_535],
  size: [0, 65_507],
  ttl: [1, 255],
} as const;

const textMax = 256;

function isWord(value: unknown, form: RegExp): boolean {
  return typeof value === "string" && value.length <= textMax && form.test(value);
}

/** The options as plain data. Throws a RangeError that names the option and what it may be. */
export function checkedOptions(options: TraceOptions): TraceOptions {
  const checked: Record<string, number | string> = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const range = Object.hasOwn(ranges, name) ? ranges[name as keyof typeof ranges] : undefined;
    if (range !== undefined) {
      const [least, most] = range;
      if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
        throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${String(value)}`);
    } else if (name === "nameServer") {
      if (typeof value !== "string" || parseIpv4(value) === undefined)
        throw new RangeError(`nameServer must be an IPv4 address, not "${String(value)}"`);
    } else if (name === "method") {
      if (!isWord(value, /^[A-Z]+$/)) throw new RangeError(`method must be a word like GET, not "${String(value)}"`);
    } else if (name === "userAgent") {
      if (!isWord(value, /^[\x20-\x7e]*$/)) throw new RangeError("userAgent must be at most 256 printable characters");
    } else throw new RangeError(`a trace has no option "${name}"`);
    checked[name] = value as number | string;
  }
  return checked;
}
