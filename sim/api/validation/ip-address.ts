/**
 * IP addresses and networks in fields of objects (Kubernetes 1.32, apimachinery pkg/util/validation IsValidIP and IsValidCIDR,
 * pkg/apis/core/validation ValidateNonSpecialIP).
 * Left out: IPv6 zones. Special IPv6 addresses are known in their shortest form only.
 * Invariant: leading zeros in IPv4 are decimal, as upstream still allows.
 */
import { type FieldError, invalid } from "./field-error.ts";

const QUAD = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/;
const HEX_GROUP = /^[0-9a-f]{1,4}$/i;

/** The number of an IPv4 address, undefined if the text is none. */
export function ipv4Number(text: string): number | undefined {
  const bytes = QUAD.exec(text)?.slice(1).map(Number);
  if (bytes === undefined || bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The dotted text of an IPv4 number. */
export function ipv4Dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** Whether the text is an IPv6 address. */
export function isIpv6(text: string): boolean {
  if (!text.includes(":")) return false;
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const last = groups[groups.length - 1] ?? "";
  const quad = last.includes(".") && ipv4Number(last) !== undefined;
  const plain = quad ? groups.slice(0, -1) : groups;
  if (!plain.every((group) => HEX_GROUP.test(group))) return false;
  const count = plain.length + (quad ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

/** Errors of a field that must hold an address of either family. */
export function validateIp(text: string, field: string): readonly FieldError[] {
  if (ipv4Number(text) !== undefined || isIpv6(text)) return [];
  return [invalid(field, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")];
}

/** Errors of a field that must hold a network of either family. */
export function validateCidr(text: string, field: string): readonly FieldError[] {
  const slash = text.lastIndexOf("/");
  const address = text.slice(0, Math.max(slash, 0));
  const bits = text.slice(slash + 1);
  const bitsMax = ipv4Number(address) !== undefined ? 32 : isIpv6(address) ? 128 : -1;
  if (slash > 0 && /^[0-9]{1,3}$/.test(bits) && Number(bits) <= bitsMax) return [];
  return [invalid(field, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")];
}

const SPECIAL: readonly { readonly sentence: string; readonly ipv4: RegExp; readonly ipv6: RegExp }[] = [
  { sentence: "may not be unspecified", ipv4: /^0+\.0+\.0+\.0+$/, ipv6: /^::$/ },
  { sentence: "may not be in the loopback range (127.0.0.0/8, ::1/128)", ipv4: /^127\./, ipv6: /^::1$/ },
  {
    sentence: "may not be in the link-local range (169.254.0.0/16, fe80::/10)",
    ipv4: /^169\.254\./,
    ipv6: /^fe[89ab][0-9a-f]:/i,
  },
  {
    sentence: "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
    ipv4: /^224\.0\.0\./,
    ipv6: /^ff02:/i,
  },
];

/** Errors of an address that nobody can own alone. */
export function validateNonSpecialIp(text: string, field: string): readonly FieldError[] {
  return SPECIAL.filter(({ ipv4, ipv6 }) => ipv4.test(text) || ipv6.test(text)).map(({ sentence }, index) =>
    invalid(field, text, index === 0 && sentence.endsWith("unspecified") ? `${sentence} (${text})` : sentence),
  );
}
