/**
 * Routes, policy rules and the question that a lookup answers (Linux 6.18, include/net/ip_fib.h, net/core/fib_rules.c).
 * Left out: TOS, realms, route metrics other than priority, nexthop objects.
 * Invariant: tables are told apart by name; 255, 254 and 253 are always called local, main and default.
 */
import type { Ipv4, Prefix } from "../wire/ipv4.ts";

/** What a matching route does. */
export type RouteType = "unicast" | "local" | "broadcast" | "blackhole" | "unreachable" | "prohibit" | "throw";

/** How far away the destination is: the farther, the lower the number in the Linux kernel. */
export type RouteScope = "global" | "link" | "host";

/** One way out. Without a gateway the destination is asked for on the link itself. */
export interface NextHop {
  readonly device: string;
  readonly via?: Ipv4;
  readonly weight: number;
  readonly onlink?: boolean;
}

/** One row of a routing table. */
export interface Route {
  readonly table: string;
  readonly type: RouteType;
  readonly prefix: Prefix;
  readonly hops: readonly NextHop[];
  readonly metric: number;
  readonly scope: RouteScope;
  readonly protocol: string;
  /** The source address that local packets prefer. */
  readonly src?: Ipv4;
}

/** One row of `ip rule`: who it is for, and which table to ask or how to refuse. */
export interface PolicyRule {
  readonly priority: number;
  readonly from?: Prefix;
  readonly to?: Prefix;
  readonly iif?: string;
  readonly mark?: { readonly value: number; readonly mask: number };
  readonly negated: boolean;
  readonly action:
    | { readonly kind: "lookup"; readonly table: string }
    | { readonly kind: "prohibit" }
    | { readonly kind: "unreachable" }
    | { readonly kind: "blackhole" };
}

/** The rules that every namespace starts with. */
export const defaultRules: readonly PolicyRule[] = [
  { priority: 0, negated: false, action: { kind: "lookup", table: "local" } },
  { priority: 32766, negated: false, action: { kind: "lookup", table: "main" } },
  { priority: 32767, negated: false, action: { kind: "lookup", table: "default" } },
];

/** What is asked: a destination, and what policy rules look at. */
export interface RouteQuestion {
  readonly dst: Ipv4;
  readonly src: Ipv4;
  readonly mark: number;
  /** The device on which the packet came in; `lo` for packets of the host itself. */
  readonly iif: string;
  /** Only routes out of this device count, as for a socket bound to one. */
  readonly oif?: string;
  /** Picks one of several next hops; flows with equal numbers take the same way. */
  readonly hash: number;
}

/** Why a lookup ended without a usable route, as the errno that the Linux kernel returns. */
export type RouteRefusal = "ENETUNREACH" | "EHOSTUNREACH" | "EACCES" | "EINVAL";

/** The answer of a lookup. */
export type RouteAnswer =
  | { readonly kind: "route"; readonly route: Route; readonly hop: NextHop | undefined }
  | { readonly kind: "refusal"; readonly errno: RouteRefusal; readonly route?: Route; readonly rule?: PolicyRule };
