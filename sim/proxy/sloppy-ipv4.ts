/**
 * IPv4 addresses and networks as kube-proxy reads them from objects and options: leading zeros are decimal, and an
 * IPv4-mapped IPv6 address counts as its IPv4 half (k8s.io/utils/net ParseIPSloppy and ParseCIDRSloppy, Go's net.IP).
 * Left out: IPv6, which the IPv4 proxier only has to recognise and pass over.
 * Invariant: what is no IPv4 address or network is undefined, never an error.
 */
import { formatIpv4, type Ipv4, type Prefix, parseIpv4, parsePrefix } from "../net/wire/ipv4.ts";

const MAPPED = /^::ffff:(?=[0-9]+\.)/i;
const LEADING_ZEROS = /(^|\.)0{1,2}(?=[0-9])/g;

function tidied(text: string): string {
  return text.replace(MAPPED, "").replace(LEADING_ZEROS, "$1");
}

/** The number of an address. */
export function sloppyIpv4(text: string): Ipv4 | undefined {
  return parseIpv4(tidied(text));
}

/** The address in its one canonical text: "010.0.0.1" is "10.0.0.1". */
export function canonicalIpv4(text: string): string | undefined {
  const address = sloppyIpv4(text);
  return address === undefined ? undefined : formatIpv4(address);
}

/** A network in "address/bits" form, its host bits dropped; an address alone is none. */
export function sloppyNetwork(text: string): Prefix | undefined {
  return text.includes("/") ? parsePrefix(tidied(text)) : undefined;
}
