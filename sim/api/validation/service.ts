/**
 * Validation of Services (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidateService, ValidateServiceUpdate).
 * Left out: topology annotations that contradict each other, source ranges in an annotation.
 * Invariant: errors come in upstream's order; a cluster address never changes unless the type goes from or to ExternalName.
 */
import { isExternallyAccessible } from "../defaults/service.ts";
import type { LoadBalancerIngress, Service, ServiceSpec } from "../kinds/service.ts";
import { duplicate, type FieldError, forbidden, goStrings, invalid, notSupported, required } from "./field-error.ts";
import { isIpv6, validateCidr, validateIp, validateNonSpecialIp } from "./ip-address.ts";
import { validateLabels } from "./metadata.ts";
import { dnsSubdomain, portNumber, qualifiedName } from "./names.ts";
import { validateExposedPorts, validatePortList, validatePortNumbers } from "./service-ports.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const AFFINITIES = ["ClientIP", "None"];
const POLICIES = ["Cluster", "Local"];
const FAMILIES = ["IPv4", "IPv6"];
const FAMILY_POLICIES = ["PreferDualStack", "RequireDualStack", "SingleStack"];
const IP_MODES = ["Proxy", "VIP"];
const STICKY_SECONDS_MAX = 86_400;
const LOAD_BALANCER_ONLY = "may only be used when `type` is 'LoadBalancer'";
const EXTERNAL_NAME = "may not be set for ExternalName services";
const FOREVER = "may not change once set";

/** Whether the Service has no cluster address on purpose. */
export function isHeadless({ clusterIPs, clusterIP }: ServiceSpec): boolean {
  return (clusterIPs?.[0] ?? clusterIP) === "None";
}

/** Whether the load balancer asks each node how many endpoints it has. */
export function needsHealthCheck({ type, externalTrafficPolicy }: ServiceSpec): boolean {
  return type === "LoadBalancer" && externalTrafficPolicy === "Local";
}

function validateType(spec: ServiceSpec): readonly FieldError[] {
  const { type, clusterIPs = [], ipFamilies = [], ipFamilyPolicy, externalName = "" } = spec;
  const headless = (kind: string) =>
    isHeadless(spec) ? [invalid("spec.clusterIPs[0]", "None", `may not be set to 'None' for ${kind} services`)] : [];
  if (type === "LoadBalancer") return [...validateExposedPorts(spec), ...headless(type)];
  if (type === "NodePort") return headless(type);
  if (type !== "ExternalName") return [];
  const name = externalName.replace(/\.$/, "");
  return [
    ...(clusterIPs.length > 0 ? [forbidden("spec.clusterIPs", EXTERNAL_NAME)] : []),
    ...(ipFamilies.length > 0 ? [forbidden("spec.ipFamilies", EXTERNAL_NAME)] : []),
    ...(ipFamilyPolicy === undefined ? [] : [forbidden("spec.ipFamilyPolicy", EXTERNAL_NAME)]),
    ...(name === ""
      ? [required("spec.externalName")]
      : dnsSubdomain(name).map((sentence) => invalid("spec.externalName", name, sentence))),
  ];
}

function validateAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): readonly FieldError[] {
  const at = "spec.sessionAffinityConfig";
  if (!sessionAffinity) return [required("spec.sessionAffinity")];
  if (!AFFINITIES.includes(sessionAffinity)) return [notSupported("spec.sessionAffinity", sessionAffinity, AFFINITIES)];
  if (sessionAffinity === "None") {
    return sessionAffinityConfig ? [forbidden(at, "must not be set when session affinity is None")] : [];
  }
  const seconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (seconds === undefined) return [required(at, "when session affinity type is ClientIP")];
  if (seconds > 0 && seconds <= STICKY_SECONDS_MAX) return [];
  const range = `must be greater than 0 and less than ${STICKY_SECONDS_MAX}`;
  return [invalid(`${at}.clientIP.timeoutSeconds`, seconds, range)];
}

function validateFamilies({ ipFamilies = [], ipFamilyPolicy }: ServiceSpec): readonly FieldError[] {
  const errors = ipFamilies.flatMap((family, index) => [
    ...(FAMILIES.includes(family) ? [] : [notSupported(`spec.ipFamilies[${index}]`, family, FAMILIES)]),
    ...(ipFamilies.indexOf(family) < index ? [duplicate(`spec.ipFamilies[${index}]`, family)] : []),
  ]);
  if (ipFamilyPolicy === undefined || FAMILY_POLICIES.includes(ipFamilyPolicy)) return errors;
  return [...errors, notSupported("spec.ipFamilyPolicy", ipFamilyPolicy, FAMILY_POLICIES)];
}

function validateFirstAddress({ clusterIP = "", clusterIPs = [] }: ServiceSpec): readonly FieldError[] {
  const at = "spec.clusterIPs";
  if (clusterIP === "") {
    const why = "must be empty when `clusterIP` is not specified";
    return clusterIPs.length > 0 ? [invalid(at, goStrings(clusterIPs), why)] : [];
  }
  if (clusterIPs.length === 0) return [required(at)];
  if (clusterIPs[0] === clusterIP) return [];
  return [invalid(at, goStrings(clusterIPs), "first value must match `clusterIP`")];
}

/** Errors of cluster addresses and families, by themselves and against each other. */
export function validateAddresses(spec: ServiceSpec): readonly FieldError[] {
  if (spec.type === "ExternalName") return [];
  const at = "spec.clusterIPs";
  const { clusterIPs = [], ipFamilies = [] } = spec;
  const errors = [...validateFirstAddress(spec), ...validateFamilies(spec)];
  if (clusterIPs[0] === "None") {
    if (clusterIPs.length === 1) return errors;
    return [...errors, invalid(at, goStrings(clusterIPs), "'None' must be the first and only value")];
  }
  const malformed = clusterIPs.flatMap((address, index) => validateIp(address, `${at}[${index}]`));
  errors.push(...malformed);
  if (clusterIPs.length > 2) errors.push(invalid(at, goStrings(clusterIPs), "may only hold up to 2 values"));
  if (malformed.length > 0) return errors;
  const families = clusterIPs.map((address) => (isIpv6(address) ? "IPv6" : "IPv4"));
  if (families.length > 1 && new Set(families).size === 1) {
    errors.push(invalid(at, goStrings(clusterIPs), "may specify no more than one IP for each IP family"));
  }
  clusterIPs.forEach((address, index) => {
    const family = ipFamilies[index];
    if (family === undefined || family === families[index]) return;
    const why = `expected an ${family} value as indicated by \`ipFamilies[${index}]\``;
    errors.push(invalid(`${at}[${index}]`, address, why));
  });
  return errors;
}

function validateOutside({ externalIPs = [], loadBalancerSourceRanges = [], type }: ServiceSpec) {
  const addresses = externalIPs.flatMap((address, index) => {
    const at = `spec.externalIPs[${index}]`;
    const malformed = validateIp(address, at);
    return malformed.length > 0 ? malformed : validateNonSpecialIp(address, at);
  });
  const kind = !type ? [required("spec.type")] : TYPES.includes(type) ? [] : [notSupported("spec.type", type, TYPES)];
  const at = "spec.LoadBalancerSourceRanges";
  const misplaced = loadBalancerSourceRanges.length > 0 && type !== "LoadBalancer";
  const ranges = [
    ...(misplaced ? [forbidden(at, LOAD_BALANCER_ONLY)] : []),
    ...loadBalancerSourceRanges.flatMap((range, index) => validateCidr(range.trim(), `${at}[${index}]`)),
  ];
  return { addresses: [...addresses, ...kind], ranges };
}

function validateBalancer(spec: ServiceSpec): readonly FieldError[] {
  const { type, allocateLoadBalancerNodePorts, loadBalancerClass } = spec;
  if (type === "LoadBalancer") {
    if (loadBalancerClass === undefined) return [];
    return qualifiedName(loadBalancerClass).map((text) => invalid("spec.loadBalancerClass", loadBalancerClass, text));
  }
  return [
    ...(allocateLoadBalancerNodePorts === undefined
      ? []
      : [forbidden("spec.allocateLoadBalancerNodePorts", LOAD_BALANCER_ONLY)]),
    ...(loadBalancerClass === undefined ? [] : [forbidden("spec.loadBalancerClass", LOAD_BALANCER_ONLY)]),
  ];
}

function validateHealthCheck(spec: ServiceSpec): readonly FieldError[] {
  const at = "spec.healthCheckNodePort";
  const port = spec.healthCheckNodePort ?? 0;
  if (needsHealthCheck(spec)) {
    return port === 0 ? [required(at)] : portNumber(port).map((sentence) => invalid(at, port, sentence));
  }
  const why = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
  return port === 0 ? [] : [invalid(at, port, why)];
}

function validatePolicies(spec: ServiceSpec): readonly FieldError[] {
  const { externalTrafficPolicy, internalTrafficPolicy, trafficDistribution, type } = spec;
  const errors: FieldError[] = [];
  const external = "spec.externalTrafficPolicy";
  if (isExternallyAccessible(spec)) {
    if (!externalTrafficPolicy) errors.push(required(external));
    else if (!POLICIES.includes(externalTrafficPolicy)) {
      errors.push(notSupported(external, externalTrafficPolicy, POLICIES));
    }
  } else if (externalTrafficPolicy) {
    errors.push(invalid(external, externalTrafficPolicy, "may only be set for externally-accessible services"));
  }
  errors.push(...validateHealthCheck(spec));
  const internal = "spec.internalTrafficPolicy";
  if (internalTrafficPolicy === undefined) {
    if (type && TYPES.includes(type) && type !== "ExternalName") errors.push(required(internal));
  } else if (!POLICIES.includes(internalTrafficPolicy)) {
    errors.push(notSupported(internal, internalTrafficPolicy, POLICIES));
  }
  if (trafficDistribution !== undefined && trafficDistribution !== "PreferClose") {
    errors.push(notSupported("spec.trafficDistribution", trafficDistribution, ["PreferClose"]));
  }
  return errors;
}

/** Errors of a Service by itself, after its addresses and ports were allocated. */
export function validateService({ spec }: Service): readonly FieldError[] {
  const isEmpty = (spec.ports ?? []).length === 0 && !isHeadless(spec) && spec.type !== "ExternalName";
  const { addresses, ranges } = validateOutside(spec);
  return [
    ...(isEmpty ? [required("spec.ports")] : []),
    ...validateType(spec),
    ...validatePortList(spec),
    ...validateLabels(spec.selector, "spec.selector"),
    ...validateAffinity(spec),
    ...validateAddresses(spec),
    ...addresses,
    ...validatePortNumbers(spec),
    ...ranges,
    ...validateBalancer(spec),
    ...validatePolicies(spec),
  ];
}

function validateKeptAddresses({ spec: next }: Service, { spec: previous }: Service): readonly FieldError[] {
  if (next.type === "ExternalName" || previous.type === "ExternalName") return [];
  if (isHeadless(next) && isHeadless(previous)) return [];
  const at = "spec.clusterIPs[0]";
  const given = next.clusterIPs ?? [];
  const before = previous.clusterIPs?.[0];
  if (before === undefined || given[0] === before) return [];
  const why = given.length === 0 ? "primary clusterIP can not be unset" : FOREVER;
  return [invalid(at, goStrings(next.clusterIPs), why)];
}

/** Errors of a change of a Service. */
export function validateServiceUpdate(next: Service, previous: Service): readonly FieldError[] {
  const errors = [...validateKeptAddresses(next, previous)];
  const { type, loadBalancerClass = null } = next.spec;
  const same = (previous.spec.loadBalancerClass ?? null) === loadBalancerClass;
  if (type === "LoadBalancer" && previous.spec.type === "LoadBalancer" && !same) {
    errors.push(invalid("spec.loadBalancerClass", loadBalancerClass, FOREVER));
  }
  const checks = needsHealthCheck(next.spec) && needsHealthCheck(previous.spec);
  if (checks && next.spec.healthCheckNodePort !== previous.spec.healthCheckNodePort) {
    errors.push(forbidden("spec.healthCheckNodePort", "field is immutable"));
  }
  return errors;
}

function validateIngress({ ip, hostname, ipMode }: LoadBalancerIngress, at: string): readonly FieldError[] {
  const errors = ip ? [...validateIp(ip, `${at}.ip`)] : [];
  if (ip && ipMode === undefined) errors.push(required(`${at}.ipMode`, "must be specified when `ip` is set"));
  if (!ip && ipMode !== undefined) errors.push(forbidden(`${at}.ipMode`, "may not be specified when `ip` is not set"));
  if (ip && ipMode !== undefined && !IP_MODES.includes(ipMode)) {
    errors.push(notSupported(`${at}.ipMode`, ipMode, IP_MODES));
  }
  if (!hostname) return errors;
  errors.push(...dnsSubdomain(hostname).map((sentence) => invalid(`${at}.hostname`, hostname, sentence)));
  if (validateIp(hostname, "").length > 0) return errors;
  return [...errors, invalid(`${at}.hostname`, hostname, "must be a DNS name, not an IP address")];
}

/** Errors of what a load balancer's provider reports. */
export function validateServiceStatus({ spec, status }: Service): readonly FieldError[] {
  const at = "status.loadBalancer.ingress";
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (ingress.length > 0 && spec.type !== "LoadBalancer") {
    return [forbidden(at, "may only be used when `spec.type` is 'LoadBalancer'")];
  }
  return ingress.flatMap((each, index) => validateIngress(each, `${at}[${index}]`));
}
