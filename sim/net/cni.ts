/**
 * The Container Network Interface as a runtime calls it: ADD and DEL of one plugin with a configuration in JSON
 * (CNI specification 1.0.0, containernetworking/cni pkg/types/100).
 * Left out: CHECK, GC and STATUS; chained plugins get the configuration, but only the first makes an interface.
 * Invariant: after DEL nothing of the pod's network is left, whether ADD had succeeded or not.
 */
import type { Io } from "../time/component.ts";

/** What a runtime passes in the environment (CNI_CONTAINERID, CNI_NETNS, CNI_IFNAME, CNI_ARGS). */
export interface CniRequest {
  readonly containerId: string;
  /** Name of the pod's network namespace. */
  readonly netns: string;
  readonly ifName: string;
  /** `K8S_POD_NAMESPACE`, `K8S_POD_NAME`, `K8S_POD_UID`. */
  readonly podNamespace: string;
  readonly podName: string;
  readonly podUid: string;
  /** The plugin's part of the configuration list. */
  readonly config: CniPluginConfig;
}

/** One entry of a configuration list. */
export interface CniPluginConfig {
  readonly type: string;
  readonly ipam?: { readonly type: string };
  readonly mtu?: number;
  readonly [setting: string]: unknown;
}

/** What ADD answers: the interfaces that were made, and their addresses with length. */
export interface CniResult {
  readonly cniVersion: string;
  readonly interfaces: readonly { readonly name: string; readonly mac: string; readonly sandbox?: string }[];
  readonly ips: readonly { readonly address: string; readonly interface: number }[];
  readonly routes: readonly { readonly dst: string; readonly gw?: string }[];
}

/** One plugin: a program that a runtime executes, by the name that a configuration's `type` has. */
export interface CniPlugin {
  readonly type: string;
  /** Throws a CniError with the words that the real plugin prints. */
  add(io: Io, request: CniRequest): CniResult;
  del(io: Io, request: CniRequest): void;
}

/** Why a plugin failed. */
export class CniError extends Error {
  override name = "CniError";
}

/** A configuration list, /etc/cni/net.d/*.conflist. */
export interface CniConfigList {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly CniPluginConfig[];
}

/** Reads a configuration list. Throws CniError with libcni's words for what it is not. */
export function parseConfigList(text: string): CniConfigList {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CniError(`error parsing configuration list: ${(error as Error).message}`);
  }
  const list = value as Partial<CniConfigList> | null;
  if (typeof list?.name !== "string" || list.name === "")
    throw new CniError("error parsing configuration list: no name");
  if (!Array.isArray(list.plugins)) throw new CniError("error parsing configuration list: no 'plugins' key");
  if (list.plugins.length === 0) throw new CniError("error parsing configuration list: no plugins in list");
  for (const plugin of list.plugins as readonly Partial<CniPluginConfig>[])
    if (typeof plugin?.type !== "string") throw new CniError("error parsing configuration list: plugin without type");
  return { cniVersion: list.cniVersion ?? "0.1.0", name: list.name, plugins: list.plugins };
}
