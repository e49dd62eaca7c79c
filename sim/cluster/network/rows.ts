/**
 * All network namespaces of a cluster, derived when somebody looks: for a probe, a command or a picture.
 * Ours: DESIGN decision 5. Left out: nothing is kept from one look to the next but by identity of what it follows from.
 * Invariant: one value gives the same row for a name each time; it is for one look and knows nothing of later steps.
 */
import { type Attachment, attachmentsOn } from "../../calico/cni-plugin.ts";
import { claimedBlocks } from "../../calico/ipam.ts";
import { loadBalancers } from "../../cloud/load-balancer.ts";
import type { SandboxRow } from "../../kubelet/cri.ts";
import { remembered } from "../../net/memory.ts";
import type { Listener, Namespace, Namespaces } from "../../net/namespace.ts";
import { type Ipv4, parseIpv4 } from "../../net/wire/ipv4.ts";
import { proxyListeners, proxyRulesOn } from "../../proxy/rules-on-node.ts";
import type { Io } from "../../time/component.ts";
import type { Cut } from "../../time/links.ts";
import type { MachineRow, ProcessRow } from "../../time/processes.ts";
import { type BalancedAddress, fabricSpace, outsideSpaces } from "./fabric-space.ts";
import { hostSpace, machinesByName } from "./host-space.ts";
import { hostListeners, podListeners } from "./listeners.ts";
import { felixSets, nodeRuleset } from "./node-rules.ts";

import { fabricName, planOf } from "./plan.ts";
import { podSpace } from "./pod-space.ts";

/** The namespaces of one moment. */
export class NetworkRows implements Namespaces {
  readonly #io: Io;
  readonly #known = new Map<string, Namespace | undefined>();

  constructor(io: Io) {
    this.#io = io;
  }

  get(name: string): Namespace | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const derived = derive(this.#io, name);
    const space = derived && remembered(this.#io, derived, this.#io.now);
    this.#known.set(name, space);
    return space;
  }

  /** Replaces a row for the rest of this look. */
  set(name: string, space: Namespace): void {
    this.#known.set(name, space);
  }
}

function derive(io: Io, name: string): Namespace | undefined {
  const plan = planOf(io);
  if (machinesByName(plan).has(name)) return deriveMachine(io, name);
  if (name === fabricName) {
    const cuts = [...io.table<Cut>("links").entries()].map(([, cut]) => cut);
    return fabricSpace(plan, balanced(io), cuts);
  }
  return outsideSpaces(plan).get(name) ?? derivePod(io, name);
}

/** Where a pod's namespace is: its machine and its attachment. */
export function ownerOf(
  io: Io,
  netns: string,
): { readonly machine: string; readonly attachment: Attachment } | undefined {
  const key = io.table<string>("netns owners").get(netns);
  const attachment = key === undefined ? undefined : io.sorted<Attachment>("attachments").get(key);
  if (key === undefined || attachment === undefined) return undefined;
  return { machine: key.slice(0, key.indexOf("|")), attachment };
}

/** Where the provider's load balancers send packets: to their nodes that run and pass the health check. */
function balanced(io: Io): readonly BalancedAddress[] {
  const known = new Map<string, boolean>();
  const serves = (node: string, port: number) => {
    const key = `${node} ${port}`;
    const serving = known.get(key) ?? isServing(io, node, port);
    known.set(key, serving);
    return serving;
  };
  return [...loadBalancers(io).entries()].map(([, { address, nodes, healthPort }]) => {
    return { address, nodes: nodes.filter((node) => serves(node, healthPort)) };
  });
}

/** kube-proxy's own health check, which answers while it runs. */
const proxyHealthPort = 10256;

function isServing(io: Io, node: string, healthPort: number): boolean {
  if (io.table<MachineRow>("machines").get(node)?.up !== true) return false;
  if (healthPort === proxyHealthPort)
    return io.table<ProcessRow>("processes").get(`kube-proxy/${node}`)?.started === true;
  return proxyListeners(io, node).find(({ port }) => port === healthPort)?.answer.status === 200;
}

function derivePod(io: Io, netns: string): Namespace | undefined {
  const owner = ownerOf(io, netns);
  if (owner === undefined) return undefined;
  const { machine, attachment } = owner;
  const space = podSpace(attachment, machine);
  const sandbox = io.sorted<SandboxRow>("sandboxes").get(`${machine}|${attachment.podUid}`);
  if (sandbox === undefined) return space;
  return { ...space, listeners: podListeners(io, machine, attachment.podUid, sandbox) };
}

function deriveMachine(io: Io, name: string): Namespace | undefined {
  const plan = planOf(io);
  const machine = machinesByName(plan).get(name);
  if (machine === undefined) return undefined;
  const tunnel = io.table<Ipv4>("tunnel addresses").get(name);
  const isNode = tunnel !== undefined;
  const space = hostSpace({
    plan,
    machine,
    tunnel,
    blocks: isNode ? claimedBlocks(io) : [],
    attachments: isNode ? attachmentsOn(io, name) : [],
  });
  if (io.table<MachineRow>("machines").get(name)?.up !== true) return withoutPower(space);
  const listeners = [...hostListeners(io, name), ...proxySockets(io, name)];
  if (!isNode) return { ...space, listeners };
  return { ...space, listeners, ruleset: nodeRuleset(proxyRulesOn(io, name)), sets: felixSets(plan) };
}

function proxySockets(io: Io, machine: string): readonly Listener[] {
  return proxyListeners(io, machine).map(({ address, port }) => {
    const name = `node/${machine}/kube-proxy`;
    return { proto: "tcp", address: parseIpv4(address) ?? 0, port, name };
  });
}

/** A machine without power: its cable is plugged in, and nobody is behind it. */
function withoutPower(space: Namespace): Namespace {
  const devices = Object.entries(space.devices).map(([name, device]) => [name, { ...device, up: false }]);
  return { ...space, devices: Object.fromEntries(devices), routes: [] };
}
