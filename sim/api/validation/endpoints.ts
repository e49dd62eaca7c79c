/**
 * Validation of Endpoints (Kubernetes 1.32, pkg/apis/core/validation/validation.go ValidateEndpoints).
 * Left out: host names of addresses.
 * Invariant: a subset has an address; one of several ports has a name.
 */
import type { EndpointSubset, Endpoints } from "../kinds/endpoints.ts";
import { type FieldError, invalid, notSupported, required } from "./field-error.ts";
import { validateIp, validateNonSpecialIp } from "./ip-address.ts";
import { dnsLabel, portNumber } from "./names.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];

function validateSubset({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, at: string) {
  const errors: FieldError[] = [];
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(at, "must specify `addresses` or `notReadyAddresses`"));
  }
  for (const [name, list] of Object.entries({ addresses, notReadyAddresses })) {
    list.forEach(({ ip }, index) => {
      const field = `${at}.${name}[${index}].ip`;
      const malformed = validateIp(ip, field);
      errors.push(...(malformed.length > 0 ? malformed : validateNonSpecialIp(ip, field)));
    });
  }
  ports.forEach(({ name = "", port, protocol = "" }, index) => {
    const field = `${at}.ports[${index}]`;
    if (ports.length > 1 && name === "") errors.push(required(`${field}.name`));
    else if (name !== "") errors.push(...dnsLabel(name).map((text) => invalid(`${field}.name`, name, text)));
    errors.push(...portNumber(port).map((text) => invalid(`${field}.port`, port, text)));
    if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  });
  return errors;
}

/** Errors of Endpoints by themselves. */
export function validateEndpoints({ subsets = [] }: Endpoints): readonly FieldError[] {
  return subsets.flatMap((subset, index) => validateSubset(subset, `subsets[${index}]`));
}
