/**
 * IPv4 addresses and prefixes as whole numbers, the form in which every table here compares them (RFC 791, RFC 4632).
 * Left out: IPv6, of which the recordings hold none.
 * Invariant: an address is an integer from 0 to 2^32 - 1, and a prefix has no bit set behind its length.
 */

/** An IPv4 address as an unsigned 32-bit number. */
export type Ipv4 = number;

/** A network: all addresses whose first `length` bits are those of `address`. */
export interface Prefix {
  readonly address: Ipv4;
  readonly length: number;
}

/** The number of a dotted quad, or undefined if the text is none: refusals are worded by whoever asked. */
export function parseIpv4(text: string): Ipv4 | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let address = 0;
  for (const part of parts) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    address = address * 256 + byte;
  }
  return address;
}

/** The dotted quad of an address. */
export function formatIpv4(address: Ipv4): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`;
}

/** The address with all bits behind the first `length` cleared. */
export function networkOf(address: Ipv4, length: number): Ipv4 {
  return length === 0 ? 0 : (address & (0xffffffff << (32 - length))) >>> 0;
}

/** Reads `a.b.c.d/n` or a plain address, which is a prefix of 32; bits behind the length are kept in `host`. */
export function parsePrefix(text: string): (Prefix & { readonly host: Ipv4 }) | undefined {
  const slash = text.indexOf("/");
  const host = parseIpv4(slash < 0 ? text : text.slice(0, slash));
  const written = slash < 0 ? "32" : text.slice(slash + 1);
  if (host === undefined || !/^[0-9]{1,2}$/.test(written) || Number(written) > 32) return undefined;
  const length = Number(written);
  return { address: networkOf(host, length), length, host };
}

/** Whether an address lies in a prefix. */
export function contains(prefix: Prefix, address: Ipv4): boolean {
  return networkOf(address, prefix.length) === prefix.address;
}

/** `a.b.c.d/n`, always with its length, as iptables-save writes it. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatIpv4(prefix.address)}/${prefix.length}`;
}

/** Whether an address is in 127.0.0.0/8, which never travels on a wire unless route_localnet says so. */
export function isLoopback(address: Ipv4): boolean {
  return address >>> 24 === 127;
}

/** Whether an address is one nobody owns alone: multicast, reserved, or 0.0.0.0/8. */
export function isMartian(address: Ipv4): boolean {
  return address >>> 28 >= 14 || address >>> 24 === 0;
}
