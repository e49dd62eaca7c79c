/**
 * Calico's CNI plugin: gives a pod an address, a veth pair and the host a route to it.
 * Source: projectcalico/calico v3.29, cni-plugin/pkg/{plugin,dataplane/linux}. The pair and the routes are not stored:
 * they follow from the attachment that ADD writes (see sim/cluster/network/pod-space.ts, host-space.ts).
 * Left out: WorkloadEndpoint objects, several interfaces, IPv6, annotations that ask for an address.
 * Invariant: one attachment a pod; its address is held exactly as long.
 */

import { sha1 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { CniError, type CniPlugin, type CniRequest } from "../net/cni.ts";
import { forgetDevice, forgetNamespace } from "../net/memory.ts";
import { formatIpv4, parseIpv4 } from "../net/wire/ipv4.ts";
import type { Io } from "../time/component.ts";
import { assignAddress, releaseAddress } from "./ipam.ts";

/** A pod's place on its node's network, as ADD made it. */
export interface Attachment {
  readonly netns: string;
  readonly podNamespace: string;
  readonly podName: string;
  readonly podUid: string;
  readonly address: string;
  /** Name of the pair's end on the host, e.g. "cali1a2b3c4d5e6". */
  readonly hostDevice: string;
  /** Interface index of that end: the next of its host. */
  readonly index: number;
  readonly mtu: number;
}

/** Interface name's digits of the hash. */
const hashDigits = 11;

/** Name of a pod's device on its host: "cali" and the first digits of a hash of namespace and name. */
function hostDeviceName(podNamespace: string, podName: string): string {
  return `cali${bytesToHex(sha1(utf8ToBytes(`${podNamespace}.${podName}`))).slice(0, hashDigits)}`;
}

/** Ethernet address of every host end. */
export const hostMac = "ee:ee:ee:ee:ee:ee";

/** Number of a node, from which its first block follows. */
export interface NodeNumber {
  readonly number: number;
}

const defaultMtu = 1480;
/** lo, eth0 and tunl0 come first. */
const firstIndex = 4;

function attachments(io: Io) {
  return io.sorted<Attachment>("attachments");
}

/** The attachments of a machine's pods, in the order of their host interfaces. */
export function attachmentsOn(io: Io, machine: string): readonly Attachment[] {
  const own = [...attachments(io).range(`${machine}|`, `${machine}}`)].map(([, attachment]) => attachment);
  return own.sort((a, b) => a.index - b.index);
}

/** The attachment of one pod; undefined if it has none. */
export function attachmentOf(io: Io, machine: string, podUid: string): Attachment | undefined {
  return attachments(io).get(`${machine}|${podUid}`);
}

function nextIndex(io: Io): number {
  const indexes = io.table<number>("interface indexes");
  const index = indexes.get(io.machine) ?? firstIndex;
  indexes.set(io.machine, index + 1);
  return index;
}

/** The plugin. */
export const calicoPlugin: CniPlugin = {
  type: "calico",
  add(io, request) {
    const { podNamespace, podName, podUid, netns, config } = request;
    if (config.ipam?.type !== "calico-ipam")
      throw new CniError(`failed to find plugin "${config.ipam?.type ?? ""}" in path [/opt/cni/bin]`);
    const mtu = config.mtu === undefined || config.mtu === 0 ? defaultMtu : config.mtu;
    const number = io.table<NodeNumber>("node numbers").get(io.machine)?.number ?? 0;
    const address = assignAddress(io, io.machine, number, podUid);
    if (address === undefined) throw new CniError("failed to request IPv4 addresses. IPAM allocated only 0");
    const hostDevice = hostDeviceName(podNamespace, podName);
    const text = formatIpv4(address);
    const index = nextIndex(io);
    forgetDevice(io, io.machine, hostDevice, text);
    const made = { netns, podNamespace, podName, podUid, address: text, hostDevice, index, mtu };
    attachments(io).set(`${io.machine}|${podUid}`, made);
    io.table<string>("netns owners").set(netns, `${io.machine}|${podUid}`);
    return {
      cniVersion: "1.0.0",
      interfaces: [
        { name: hostDevice, mac: hostMac },
        { name: request.ifName, mac: "", sandbox: netns },
      ],
      ips: [{ address: `${text}/32`, interface: 1 }],
      routes: [{ dst: "0.0.0.0/0", gw: "169.254.1.1" }],
    };
  },
  del(io, request) {
    detach(io, request);
  },
};

function detach(io: Io, { podUid }: Pick<CniRequest, "podUid">): void {
  const key = `${io.machine}|${podUid}`;
  const attachment = attachments(io).get(key);
  if (attachment === undefined) return;
  attachments(io).delete(key);
  io.table<string>("netns owners").delete(attachment.netns);
  forgetNamespace(io, attachment.netns);
  forgetDevice(io, io.machine, attachment.hostDevice, attachment.address);
  releaseAddress(io, parseIpv4(attachment.address) as number);
}
