/**
 * How the runtime connects a sandbox to the network: it executes the plugins of the node's CNI configuration.
 * Source: containerd 2.0, internal/cri/server/sandbox_run.go (setupPodNetwork) and github.com/containerd/go-cni.
 * Left out: bandwidth and port mapping beside the first plugin; `hostNetwork` pods never get here.
 * Invariant: a sandbox whose ADD failed holds nothing.
 */
import {
  type CniConfigList,
  CniError,
  type CniPlugin,
  type CniPluginConfig,
  type CniRequest,
  parseConfigList,
} from "../net/cni.ts";
import type { Io } from "../time/component.ts";

/** Who the sandbox is for. */
export interface SandboxPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** What came of connecting a sandbox. */
export type Connected =
  | { readonly kind: "connected"; readonly address: string }
  | { readonly kind: "failed"; readonly message: string };

/** The plugins that are installed on every machine (/opt/cni/bin), by type. */
export type CniPlugins = ReadonlyMap<string, CniPlugin>;

const parsed = new Map<string, CniConfigList>();

/** The node's configuration, /etc/cni/net.d/10-calico.conflist. Throws CniError. */
function configOf(io: Io): CniConfigList {
  const text = io.table<string>("cni configuration").get(io.machine);
  if (text === undefined) throw new CniError("no network config found in /etc/cni/net.d: cni plugin not initialized");
  let list = parsed.get(text);
  if (list === undefined) {
    list = parseConfigList(text);
    parsed.set(text, list);
  }
  return list;
}

function request(sandbox: string, pod: SandboxPod, config: CniPluginConfig): CniRequest {
  const { namespace: podNamespace, name: podName, uid: podUid } = pod;
  return { containerId: sandbox, netns: netnsOf(sandbox), ifName: "eth0", podNamespace, podName, podUid, config };
}

const nameDigits = 32;

/** Name of a sandbox's network namespace, e.g. "cni-1c2d3e4f-…". */
function netnsOf(sandbox: string): string {
  const text = sandbox.slice(0, nameDigits);
  return `cni-${text.slice(0, 8)}-${text.slice(8, 12)}-${text.slice(12, 16)}-${text.slice(16, 20)}-${text.slice(20)}`;
}

/** Executes ADD for a sandbox. */
export function connect(io: Io, plugins: CniPlugins, sandbox: string, pod: SandboxPod): Connected {
  let type = "";
  try {
    const config = configOf(io).plugins[0] as CniPluginConfig;
    type = config.type;
    const plugin = plugins.get(type);
    if (plugin === undefined) throw new CniError(`failed to find plugin "${type}" in path [/opt/cni/bin]`);
    const { ips } = plugin.add(io, request(sandbox, pod, config));
    return { kind: "connected", address: (ips[0]?.address ?? "").split("/")[0] as string };
  } catch (error) {
    if (!(error instanceof CniError)) throw error;
    const where = type === "" ? "" : `plugin type="${type}" failed (add): `;
    const message = `rpc error: code = Unknown desc = failed to setup network for sandbox "${sandbox}": ${where}${error.message}`;
    return { kind: "failed", message };
  }
}

/** Executes DEL for a sandbox: every plugin, so that nothing is left even when the configuration has changed. */
export function disconnect(io: Io, plugins: CniPlugins, sandbox: string, pod: SandboxPod): void {
  for (const plugin of plugins.values()) plugin.del(io, request(sandbox, pod, { type: plugin.type }));
}
