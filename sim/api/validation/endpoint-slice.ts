/**
 * Validation of EndpointSlices (Kubernetes 1.32, pkg/apis/discovery/validation/validation.go).
 * Left out: the address type FQDN beyond its name; deprecated topology.
 * Invariant: the address type never changes.
 */
import type { Endpoint, EndpointPort, EndpointSlice } from "../kinds/endpoint-slice.ts";
import { duplicate, type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { ipv4Number, isIpv6, validateNonSpecialIp } from "./ip-address.ts";
import { dnsLabel, dnsSubdomain, labelValue, qualifiedName } from "./names.ts";

const ADDRESS_TYPES = ["FQDN", "IPv4", "IPv6"];
const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const ADDRESSES_MAX = 100;
const PORTS_MAX = 20_000;
const ENDPOINTS_MAX = 1000;
const ZONES_MAX = 8;

function tooMany(field: string, count: number, countMax: number): FieldError {
  const body = `Too many: ${count}: must have at most ${countMax} items`;
  return { reason: "FieldValueTooMany", field, body };
}

function validateAddress(address: string, field: string, type: EndpointSlice["addressType"]): readonly FieldError[] {
  if (type === "FQDN") return [];
  const fits = type === "IPv4" ? ipv4Number(address) !== undefined : isIpv6(address);
  const wrong = fits ? [] : [invalid(field, address, `must be a valid ${type} address`)];
  return [...wrong, ...validateNonSpecialIp(address, field)];
}

function validateZones(zones: readonly { readonly name: string }[], field: string): readonly FieldError[] {
  if (zones.length > ZONES_MAX) return [tooMany(field, zones.length, ZONES_MAX)];
  const names = zones.map(({ name }) => name);
  return names.flatMap((name, index) => [
    ...(names.indexOf(name) < index ? [duplicate(`${field}[${index}].name`, name)] : []),
    ...labelValue(name).map((sentence) => invalid(`${field}[${index}].name`, name, sentence)),
  ]);
}

function validateEndpoint(endpoint: Endpoint, at: string, type: EndpointSlice["addressType"]): readonly FieldError[] {
  const { addresses = [], nodeName, hostname, hints } = endpoint;
  const errors: FieldError[] = [];
  if (addresses.length === 0) errors.push(required(`${at}.addresses`, "must contain at least 1 address"));
  if (addresses.length > ADDRESSES_MAX) errors.push(tooMany(`${at}.addresses`, addresses.length, ADDRESSES_MAX));
  addresses.forEach((address, index) => {
    errors.push(...validateAddress(address, `${at}.addresses[${index}]`, type));
  });
  if (nodeName !== undefined) {
    errors.push(...dnsSubdomain(nodeName).map((sentence) => invalid(`${at}.nodeName`, nodeName, sentence)));
  }
  if (hostname !== undefined) {
    errors.push(...dnsLabel(hostname).map((sentence) => invalid(`${at}.hostname`, hostname, sentence)));
  }
  return [...errors, ...validateZones(hints?.forZones ?? [], `${at}.hints.forZones`)];
}

function validatePorts(ports: readonly EndpointPort[]): readonly FieldError[] {
  if (ports.length > PORTS_MAX) return [tooMany("ports", ports.length, PORTS_MAX)];
  const names = ports.map(({ name = "" }) => name);
  return ports.flatMap(({ protocol, appProtocol }, index) => {
    const at = `ports[${index}]`;
    const name = names[index]!;
    return [
      ...(name === "" ? [] : dnsLabel(name).map((sentence) => invalid(`${at}.name`, name, sentence))),
      ...(names.indexOf(name) < index ? [duplicate(`${at}.name`, name)] : []),
      ...(protocol === undefined ? [required(`${at}.protocol`)] : []),
      ...(protocol !== undefined && !PROTOCOLS.includes(protocol)
        ? [notSupported(`${at}.protocol`, protocol, PROTOCOLS)]
        : []),
      ...(appProtocol === undefined
        ? []
        : qualifiedName(appProtocol).map((sentence) => invalid(`${at}.appProtocol`, appProtocol, sentence))),
    ];
  });
}

/** Errors of an EndpointSlice by itself. */
export function validateEndpointSlice({ addressType, endpoints, ports }: EndpointSlice): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (!addressType) errors.push(required("addressType"));
  else if (!ADDRESS_TYPES.includes(addressType)) errors.push(notSupported("addressType", addressType, ADDRESS_TYPES));
  const given = endpoints ?? [];
  const wrong =
    given.length > ENDPOINTS_MAX
      ? [tooMany("endpoints", given.length, ENDPOINTS_MAX)]
      : given.flatMap((each, index) => validateEndpoint(each, `endpoints[${index}]`, addressType));
  return [...errors, ...wrong, ...validatePorts(ports ?? [])];
}

/** Errors of a change of an EndpointSlice. */
export function validateEndpointSliceUpdate(next: EndpointSlice, previous: EndpointSlice): readonly FieldError[] {
  if (next.addressType === previous.addressType) return [];
  return [invalid("addressType", next.addressType, "field is immutable")];
}
