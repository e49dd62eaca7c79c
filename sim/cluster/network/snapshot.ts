/**
 * Network namespaces as a snapshot shows them: what `ip`, `iptables-save` and `conntrack` would print, in parts.
 * Models no upstream code.
 * Invariant: reads only; chains are made when they are asked for.
 */
import { attachmentsOn } from "../../calico/cni-plugin.ts";
import { connectionText, showNeighbours } from "../../net/command/show.ts";
import type { Device } from "../../net/device/device.ts";
import { macAddress, type Namespace } from "../../net/namespace.ts";
import { listConnections } from "../../net/netfilter/conntrack.ts";
import type { Table } from "../../net/netfilter/ruleset.ts";
import { routeLines } from "../../net/route/route-text.ts";
import { formatIpv4 } from "../../net/wire/ipv4.ts";
import type { ChainSnapshot, InterfaceSnapshot, NamespaceSnapshot } from "../../snapshot.ts";
import type { Io } from "../../time/component.ts";
import { machinesByName } from "./host-space.ts";
import { internetName, outsideName, planOf } from "./plan.ts";
import { NetworkRows, ownerOf } from "./rows.ts";

function interfaceOf(space: Namespace, device: Device): InterfaceSnapshot {
  const { name, type, mtu, up, addresses, master } = device;
  const isCable = type.kind === "veth" && type.cable === true;
  return {
    name,
    kind: isCable ? "ethernet" : type.kind,
    mac: macAddress(space, device),
    mtu,
    up,
    addresses: addresses.map(({ address, length }) => `${formatIpv4(address)}/${length}`),
    ...(type.kind === "veth" && { peer: { namespace: type.peerNamespace, device: type.peer } }),
    ...(master !== undefined && { master }),
  };
}

/** iptables-save's order of the tables. */
const tableOrder = ["mangle", "raw", "security", "filter", "nat"] as const;

function chainsOf({ ruleset }: Namespace): readonly ChainSnapshot[] {
  return tableOrder.flatMap((name) => {
    const table: Table | undefined = ruleset.tables[name];
    return (table?.names() ?? []).map((chain) => {
      const { policy, rules } = table!.chain(chain)!;
      return { table: name, chain, policy: policy ?? "-", rules: rules.map(({ text }) => text) };
    });
  });
}

const lines = (text: string) => text.split("\n").filter((line) => line !== "");

/** One namespace as a snapshot shows it; undefined if there is none of that name. */
export function namespaceSnapshot(io: Io, rows: NetworkRows, name: string): NamespaceSnapshot | undefined {
  const space = rows.get(name);
  if (space === undefined) return undefined;
  const owner = ownerOf(io, name);
  const attachment = owner?.attachment;
  const isMachine = machinesByName(planOf(io)).has(name);
  const isOutside = name === outsideName || name === internetName;
  return {
    name,
    kind: owner !== undefined ? "pod" : isMachine ? "host" : isOutside ? "outside" : "network",
    machine: owner?.machine ?? (isMachine ? name : ""),
    pod: attachment === undefined ? "" : `${attachment.podNamespace}/${attachment.podName}`,
    podUid: attachment?.podUid ?? "",
    interfaces: Object.values(space.devices).map((device) => interfaceOf(space, device)),
    routes: routeLines(space.routes, "main"),
    neighbours: lines(showNeighbours(space)),
    listeners: space.listeners.map(({ proto, address, port, name: who }) => {
      return { proto, address: address === 0 ? "0.0.0.0" : formatIpv4(address), port, name: who };
    }),
    connections: listConnections(space.connections).map((connection) => connectionText(connection, io.now)),
    chains: () => chainsOf(space),
  };
}

/** The namespaces of a machine: its own, then its pods' by name; [] for a name that is no machine. */
export function namespaceSnapshots(io: Io, machine: string): readonly NamespaceSnapshot[] {
  if (!machinesByName(planOf(io)).has(machine)) return [];
  const rows = new NetworkRows(io);
  const attached = [...attachmentsOn(io, machine)].sort((a, b) => (podName(a) < podName(b) ? -1 : 1));
  const names = [machine, ...attached.map(({ netns }) => netns)];
  return names.flatMap((name) => namespaceSnapshot(io, rows, name) ?? []);
}

function podName({ podNamespace, podName: name }: { readonly podNamespace: string; readonly podName: string }): string {
  return `${podNamespace}/${name}`;
}
