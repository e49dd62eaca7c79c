/**
 * Lays out the networks of a new cluster: subnets, machines' addresses, the pods' pool, each node's tunnel.
 * Models a data centre with one subnet a zone, and Calico's installer. Left out: several pools and network cards.
 * Invariant: follows from the options alone.
 */
import { assignAddress, type IpPool } from "../../calico/ipam.ts";
import { contains, formatPrefix, type Ipv4, type Prefix, parseIpv4, parsePrefix } from "../../net/wire/ipv4.ts";
import type { World } from "../../time/world.ts";
import { readOnlyIo } from "../read-only-io.ts";
import type { CompleteOptions } from "../topology.ts";
import { calicoConfigList, type MachinePlan, type NetworkPlan, outsideSegment } from "./plan.ts";

/** A machine's place: zone 0 is the control plane's, workers are numbered from 1. */
export interface Placed {
  readonly name: string;
  readonly zone: number;
  readonly number: number;
}

const zoneLength = 16;
const masterHost = 10;
const firstWorkerHost = 4;
const hostsARow = 250;
/** With more workers than this, a /16 has too few blocks. */
const smallPoolWorkers = 500;
const smallPool = "172.30.0.0/16";
const largePool = "10.128.0.0/9";
const blockSize = 26;

function zonePrefix(zone: number): Prefix {
  return { address: ((10 << 24) | (zone << 16)) >>> 0, length: zoneLength };
}

/** Address of a machine in its zone's subnet. */
export function machineAddress(zone: number, number: number): Ipv4 {
  const { address } = zonePrefix(zone);
  if (number === 0) return address + masterHost;
  return address + Math.floor(number / hostsARow) * 256 + (number % hostsARow) + firstWorkerHost;
}

function networkOption(name: string, text: string, longest: number): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined || prefix.host !== prefix.address)
    throw new RangeError(`${name} must be a network such as ${smallPool}, not "${text}"`);
  if (prefix.length < 8 || prefix.length > longest)
    throw new RangeError(`${name} must have 8 to ${longest} bits, not ${prefix.length}`);
  return prefix;
}

/** Fills in and checks the options that name networks. Throws a RangeError that says what was wrong. */
export function completeNetworks(options: CompleteOptions): Pick<CompleteOptions, "podNetwork" | "serviceNetwork"> {
  const workers = options.zones * options.workersPerZone;
  const podNetwork =
    options.podNetwork === "" ? (workers > smallPoolWorkers ? largePool : smallPool) : options.podNetwork;
  const networks: readonly (readonly [string, Prefix])[] = [
    ["podNetwork", networkOption("podNetwork", podNetwork, blockSize)],
    ["serviceNetwork", networkOption("serviceNetwork", options.serviceNetwork, 28)],
    ...Array.from({ length: options.zones + 1 }, (_, zone) => ["a zone's subnet", zonePrefix(zone)] as const),
  ];
  for (const [index, [name, one]] of networks.entries()) {
    const other = networks.slice(0, index).find(([, two]) => contains(one, two.address) || contains(two, one.address));
    if (other !== undefined)
      throw new RangeError(`${other[0]} ${formatPrefix(other[1])} overlaps ${name} ${formatPrefix(one)}`);
  }
  return { podNetwork, serviceNetwork: options.serviceNetwork };
}

function poolFor(podNetwork: string): IpPool {
  const prefix = parsePrefix(podNetwork) as Prefix;
  return {
    name: "default-ipv4-ippool",
    prefix: { address: prefix.address, length: prefix.length },
    blockSize,
    ipipMode: "CrossSubnet",
    natOutgoing: true,
  };
}

/** Writes the plan, the pool, and for each machine that will be a node its CNI configuration and tunnel address. */
export function buildNetwork(world: World, options: CompleteOptions, placed: readonly Placed[]): void {
  const segments: Record<string, Prefix> = {};
  for (let zone = 0; zone <= options.zones; zone++) segments[`zone-${zone}`] = zonePrefix(zone);
  segments[outsideSegment] = { address: parseIpv4("198.51.100.0") as Ipv4, length: 24 };
  const pool = poolFor(options.podNetwork);
  const { serviceNetwork } = options;
  const plan: NetworkPlan = { segments, machines: placed.map(machinePlan), pool, serviceNetwork };
  world.table<NetworkPlan>("network plan").set("", plan);
  world.table<IpPool>("ip pools").set(pool.name, pool);
  world.table<string>("service network").set("", serviceNetwork);
  world.table<string>("pod network").set("", options.podNetwork);
  for (const machine of placed)
    if (machine.number > 0 || options.controlPlaneNode) joinPodNetwork(world, machine, pool);
}

/** Cables one more machine, which will be a node. */
export function addToNetwork(world: World, machine: Placed): void {
  const plans = world.table<NetworkPlan>("network plan");
  const plan = plans.get("") as NetworkPlan;
  plans.set("", { ...plan, machines: [...plan.machines, machinePlan(machine)] });
  joinPodNetwork(world, machine, plan.pool);
}

function machinePlan({ name, zone, number }: Placed): MachinePlan {
  return { name, address: machineAddress(zone, number), segment: `zone-${zone}`, number };
}

function joinPodNetwork(world: World, { name, number }: Placed, pool: IpPool): void {
  world.table<{ readonly number: number }>("node numbers").set(name, { number });
  world.table<string>("cni configuration").set(name, calicoConfigList(pool));
  const tunnel = assignAddress(readOnlyIo(world), name, number, `tunnel/${name}`);
  if (tunnel !== undefined) world.table<Ipv4>("tunnel addresses").set(name, tunnel);
}
