/** A packet's headers as named fields, and which of them one hop has changed. Missing fields read as empty. */
import type { HeaderFields } from "../../sim/index.ts";

/** One field of the header strip. `before` and `after` are equal where nothing changed; "" where there is none. */
export interface FieldChange {
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

/** Source of a packet before its route has been found. */
const UNCHOSEN = "0.0.0.0";

function endpoint(address: string | undefined, port: number | undefined): string {
  if (!address || address === UNCHOSEN) return "";
  const host = address.includes(":") && port ? `[${address}]` : address;
  return port ? `${host}:${port}` : host;
}

const NAMES = ["outer", "packet", "src", "dst", "TTL", "mark"] as const;

function values(header: Partial<HeaderFields> | undefined): readonly string[] {
  const { outer, proto, flags, src, sport, dst, dport, ttl, mark } = header ?? {};
  return [
    outer ? `${outer.proto} ${outer.src === UNCHOSEN ? "?" : outer.src} → ${outer.dst}` : "",
    [proto, flags].filter(Boolean).join(" "),
    endpoint(src, sport),
    endpoint(dst, dport),
    ttl === undefined ? "" : String(ttl),
    mark ?? "",
  ];
}

/** All fields that either header has, in the order of the strip: outer header, packet, ends, TTL, mark. */
export function fieldChanges(
  before: Partial<HeaderFields> | undefined,
  after: Partial<HeaderFields> | undefined,
): readonly FieldChange[] {
  const was = values(before);
  const is = values(after);
  return NAMES.map((name, at) => ({ name, before: was[at]!, after: is[at]! })).filter(
    (change) => change.before !== "" || change.after !== "",
  );
}

/** "dst 172.21.3.4:80 → 172.30.2.5:8080": one field in words, with what it was where it changed. */
export function fieldWords({ name, before, after }: FieldChange): string {
  if (before === after) return name === "packet" ? after : `${name} ${after}`;
  if (before === "") return `${name} ${after} (new)`;
  return after === "" ? `${name} ${before} (taken off)` : `${name} ${before} → ${after}`;
}
