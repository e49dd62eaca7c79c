/**
 * Gives a Service its cluster address, address families, node ports and health-check port, or says why it cannot have them
 * (Kubernetes 1.32, pkg/registry/core/service/storage/alloc.go). Pure: what other Services hold comes in, and random numbers
 * are drawn through the caller. To be run after admission and before the kind's own rules, as the registry does.
 * Left out: dual stack; repair of leaks, which cannot be, as nothing is held but by Services.
 * Invariant: values that a Service has already stay; a number given by the user is granted or refused, never replaced.
 */
import type { IpFamily, Service, ServicePort, ServiceSpec } from "../kinds/service.ts";
import { type FieldError, goStrings, invalid } from "../validation/field-error.ts";
import { ipv4Dotted, ipv4Number, isIpv6 } from "../validation/ip-address.ts";
import { isHeadless, needsHealthCheck, validateAddresses } from "../validation/service.ts";
import { type Draw, drawFree, isInBand } from "./band.ts";
import { carryOver } from "./carry-over.ts";
import type { ServiceRanges, Taken } from "./ranges.ts";

/** The outcome: the Service to go on with, errors of its fields (422), or a failure of the server (500). */
export type Allocation =
  | { readonly kind: "allocated"; readonly service: Service }
  | { readonly kind: "invalid"; readonly errors: readonly FieldError[] }
  | { readonly kind: "failed"; readonly message: string };

/** From where, beside what, and by which lot. */
export interface AllocationContext {
  readonly ranges: ServiceRanges;
  readonly taken: Taken;
  readonly draw: Draw;
  /** Nothing will be stored: numbers are not looked for but stood in for, as upstream does. */
  readonly dryRun: boolean;
}

/** Thrown inside this file only, to leave the rules at the first one that refuses. */
class Refused extends Error {
  readonly allocation: Allocation;

  constructor(allocation: Allocation) {
    super("refused");
    this.allocation = allocation;
  }
}

function refuse(...errors: readonly FieldError[]): never {
  throw new Refused({ kind: "invalid", errors });
}

function fail(message: string): never {
  throw new Refused({ kind: "failed", message });
}

const NONE: readonly string[] = [];
const DRY_RUN_PORT = 32_768;

/** Address families and their policy, as a cluster with IPv4 only has them. */
function withFamilies(spec: ServiceSpec, previous: ServiceSpec | undefined): ServiceSpec {
  if (spec.type === "ExternalName") return spec;
  const isOpen = isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
  const ipFamilyPolicy =
    spec.ipFamilyPolicy ?? previous?.ipFamilyPolicy ?? (isOpen ? "RequireDualStack" : "SingleStack");
  const errors = validateAddresses(spec);
  if (errors.length > 0) refuse(...errors);
  const inferred = isHeadless(spec) ? NONE : (spec.clusterIPs ?? NONE);
  if (inferred.some((address, index) => isIpv6(address) && spec.ipFamilies?.[index] === undefined)) {
    refuse(invalid("spec.clusterIPs[0]", goStrings(spec.clusterIPs), "IPv6 is not configured on this cluster"));
  }
  const given: readonly IpFamily[] = spec.ipFamilies?.length ? spec.ipFamilies : ["IPv4"];
  if (isOpen) {
    const both: readonly IpFamily[] = given[0] === "IPv4" ? ["IPv4", "IPv6"] : ["IPv6", "IPv4"];
    const ipFamilies = given.length < 2 && ipFamilyPolicy !== "SingleStack" ? both : given;
    return { ...spec, ipFamilyPolicy, ipFamilies };
  }
  const refusals = [
    ...(ipFamilyPolicy === "RequireDualStack"
      ? [invalid("spec.ipFamilyPolicy", ipFamilyPolicy, "this cluster is not configured for dual-stack services")]
      : []),
    ...given.flatMap((family, index) =>
      family === "IPv4" ? [] : [invalid(`spec.ipFamilies[${index}]`, family, "not configured on this cluster")],
    ),
  ];
  if (refusals.length > 0) refuse(...refusals);
  return { ...spec, ipFamilyPolicy, ipFamilies: given };
}

function requestAddress(text: string, spec: ServiceSpec, { ranges, taken }: AllocationContext): void {
  const address = ipv4Number(text)!;
  const problem = !isInBand(ranges.addresses, address)
    ? `the provided IP (${ipv4Dotted(address)}) is not in the valid range. The range of valid IPs is ${ranges.addressesText}`
    : taken.addresses.has(address)
      ? "provided IP is already allocated"
      : undefined;
  if (problem === undefined) return;
  refuse(invalid("spec.clusterIPs", goStrings(spec.clusterIPs), `failed to allocate IP ${text}: ${problem}`));
}

function withAddress(spec: ServiceSpec, previous: ServiceSpec | undefined, context: AllocationContext): ServiceSpec {
  const held = previous !== undefined && previous.type !== "ExternalName";
  if (spec.type === "ExternalName" || isHeadless(spec) || held) return spec;
  const wanted = spec.clusterIPs?.[0];
  if (wanted !== undefined) {
    requestAddress(wanted, spec, context);
    return spec;
  }
  const { ranges, taken, draw, dryRun } = context;
  const standIn = dryRun ? ranges.addresses.first - 1 : undefined;
  const address = standIn ?? drawFree(ranges.addresses, (each) => taken.addresses.has(each), draw);
  if (address === undefined) fail("failed to allocate a serviceIP: range is full");
  const clusterIP = ipv4Dotted(address);
  return { ...spec, clusterIP, clusterIPs: [clusterIP] };
}

/** The node ports that one request takes, beside those of other Services. */
class NodePorts {
  readonly #own: Set<number>;
  #last = DRY_RUN_PORT;
  readonly #context: AllocationContext;

  constructor(context: AllocationContext, own: readonly number[]) {
    this.#context = context;
    this.#own = new Set(own);
  }

  #isTaken(port: number): boolean {
    return this.#own.has(port) || this.#context.taken.nodePorts.has(port);
  }

  /** Takes a port that the user wants; says why it cannot be had. */
  request(port: number): string | undefined {
    const { nodePorts, nodePortsText } = this.#context.ranges;
    if (!this.#context.dryRun && !isInBand(nodePorts, port)) {
      return `provided port is not in the valid range. The range of valid ports is ${nodePortsText}`;
    }
    if (this.#isTaken(port)) return "provided port is already allocated";
    this.#take(port);
    return undefined;
  }

  /** Takes any free port. */
  next(purpose: string): number {
    const { ranges, draw, dryRun } = this.#context;
    const standIn = dryRun ? this.#last + 1 : undefined;
    const port = standIn ?? drawFree(ranges.nodePorts, (each) => this.#isTaken(each), draw);
    if (port === undefined) fail(`failed to allocate a ${purpose}: range is full`);
    this.#take(port);
    return port;
  }

  #take(port: number): void {
    this.#last = this.#last === DRY_RUN_PORT ? port : Math.max(this.#last, port);
    this.#own.add(port);
  }
}

function requestPort(pool: NodePorts, port: number, field: string): void {
  const problem = pool.request(port);
  if (problem !== undefined) refuse(invalid(field, port, problem));
}

/** Ports of a new Service: two ports with one number and different protocols share a node port. */
function newPorts(ports: readonly ServicePort[], isAutomatic: boolean, pool: NodePorts): readonly ServicePort[] {
  const byNumber = new Map<number, number>();
  return ports.map((port, index) => {
    const own = port.nodePort ?? 0;
    if (own === 0 && !isAutomatic) return port;
    const field = `spec.ports[${index}].nodePort`;
    const known = byNumber.get(port.port);
    if (known !== undefined) {
      if (own === 0) return { ...port, nodePort: known };
      if (own !== known) requestPort(pool, own, field);
      return port;
    }
    const wanted = ports.find((other) => other.port === port.port && other.nodePort)?.nodePort;
    if (wanted !== undefined) requestPort(pool, wanted, field);
    const nodePort = wanted ?? pool.next("nodePort");
    byNumber.set(port.port, nodePort);
    return { ...port, nodePort };
  });
}

/** Ports of a changed Service: what it had before is its own already. */
function changedPorts(
  ports: readonly ServicePort[],
  isAutomatic: boolean,
  pool: NodePorts,
  before: readonly number[],
): readonly ServicePort[] {
  const requested = new Set(before);
  return ports.map((port, index) => {
    if (!port.nodePort) return isAutomatic ? { ...port, nodePort: pool.next("nodePort") } : port;
    if (!requested.has(port.nodePort)) requestPort(pool, port.nodePort, `spec.ports[${index}].nodePort`);
    requested.add(port.nodePort);
    return port;
  });
}

function withNodePorts(spec: ServiceSpec, previous: ServiceSpec | undefined, pool: NodePorts): ServiceSpec {
  if (spec.ports === undefined || (spec.type !== "NodePort" && spec.type !== "LoadBalancer")) return spec;
  const isAutomatic = spec.type === "NodePort" || spec.allocateLoadBalancerNodePorts !== false;
  if (previous === undefined) return { ...spec, ports: newPorts(spec.ports, isAutomatic, pool) };
  return { ...spec, ports: changedPorts(spec.ports, isAutomatic, pool, nodePortsOf(previous)) };
}

function withHealthCheck(spec: ServiceSpec, previous: ServiceSpec | undefined, pool: NodePorts): ServiceSpec {
  if (!needsHealthCheck(spec) || (previous !== undefined && needsHealthCheck(previous))) return spec;
  const wanted = spec.healthCheckNodePort ?? 0;
  if (wanted === 0) return { ...spec, healthCheckNodePort: pool.next("HealthCheck NodePort 0") };
  const problem = pool.request(wanted);
  if (problem !== undefined) fail(`failed to allocate requested HealthCheck NodePort ${wanted}: ${problem}`);
  return spec;
}

function nodePortsOf({ ports = [], healthCheckNodePort }: ServiceSpec): readonly number[] {
  const given = ports.map(({ nodePort }) => nodePort);
  return [...given, healthCheckNodePort].filter((port) => port !== undefined && port !== 0) as number[];
}

/**
 * Allocates for a new Service, or for a changed one with `previous`, both defaulted. `taken` must not hold what `previous`
 * has.
 */
export function allocateService(next: Service, previous: Service | undefined, context: AllocationContext): Allocation {
  const before = previous?.spec;
  const pool = new NodePorts(context, before === undefined ? [] : nodePortsOf(before));
  try {
    const carried = carryOver(next, previous);
    const addressed = withAddress(withFamilies(carried.spec, before), before, context);
    const spec = withHealthCheck(withNodePorts(addressed, before, pool), before, pool);
    return { kind: "allocated", service: { ...carried, spec } };
  } catch (error) {
    if (error instanceof Refused) return error.allocation;
    throw error;
  }
}
