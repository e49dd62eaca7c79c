/**
 * Validation of NetworkPolicies (Kubernetes 1.32, pkg/apis/networking/validation/validation.go).
 * Left out: exceptions of a block that lie outside it.
 * Invariant: none beside the wording.
 */
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "../kinds/network-policy.ts";
import { type FieldError, forbidden, goStrings, invalid, notSupported, required } from "./field-error.ts";
import { validateCidr } from "./ip-address.ts";
import { validateLabelSelector } from "./label-selector.ts";
import { portName, portNumber } from "./names.ts";

const PROTOCOLS = ["SCTP", "TCP", "UDP"];
const DIRECTIONS = ["Egress", "Ingress"];

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, at: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) {
    errors.push(notSupported(`${at}.protocol`, protocol, PROTOCOLS));
  }
  if (typeof port === "number") {
    errors.push(...portNumber(port).map((text) => invalid(`${at}.port`, port, text)));
    if (endPort !== undefined && endPort < port) {
      errors.push(invalid(`${at}.endPort`, endPort, "must be greater than or equal to `port`"));
    }
    if (endPort !== undefined) {
      errors.push(...portNumber(endPort).map((text) => invalid(`${at}.endPort`, endPort, text)));
    }
    return errors;
  }
  if (endPort !== undefined && port !== undefined) {
    errors.push(invalid(`${at}.endPort`, endPort, "may not be specified when `port` is non-numeric"));
  }
  if (port !== undefined) errors.push(...portName(port).map((text) => invalid(`${at}.port`, port, text)));
  else if (endPort !== undefined) {
    errors.push(invalid(`${at}.endPort`, endPort, "may not be specified when `port` is not specified"));
  }
  return errors;
}

function validatePeer(peer: NetworkPolicyPeer, at: string): readonly FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  const errors: FieldError[] = [
    ...validateLabelSelector(podSelector, `${at}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`),
  ];
  const count = [podSelector, namespaceSelector, ipBlock].filter((one) => one !== undefined).length;
  if (count === 0) errors.push(required(at, "must specify a peer"));
  else if (ipBlock !== undefined && count > 1) {
    errors.push(forbidden(at, "may not specify both ipBlock and another peer"));
  }
  if (ipBlock === undefined) return errors;
  if (!ipBlock.cidr) return [...errors, required(`${at}.ipBlock.cidr`)];
  errors.push(...validateCidr(ipBlock.cidr, `${at}.ipBlock.cidr`));
  (ipBlock.except ?? []).forEach((block, index) => {
    errors.push(...validateCidr(block, `${at}.ipBlock.except[${index}]`));
  });
  return errors;
}

/** Errors of a policy by itself. */
export function validateNetworkPolicy({ spec }: NetworkPolicy): readonly FieldError[] {
  const { podSelector, ingress = [], egress = [], policyTypes = [] } = spec;
  const errors: FieldError[] = [...validateLabelSelector(podSelector, "spec.podSelector")];
  const check = (
    at: string,
    ports: readonly NetworkPolicyPort[] = [],
    side: string,
    peers: readonly NetworkPolicyPeer[] = [],
  ) => {
    ports.forEach((port, index) => {
      errors.push(...validatePort(port, `${at}.ports[${index}]`));
    });
    peers.forEach((peer, index) => {
      errors.push(...validatePeer(peer, `${at}.${side}[${index}]`));
    });
  };
  ingress.forEach((rule, index) => {
    check(`spec.ingress[${index}]`, rule.ports, "from", rule.from);
  });
  egress.forEach((rule, index) => {
    check(`spec.egress[${index}]`, rule.ports, "to", rule.to);
  });
  if (policyTypes.length > 2) {
    return [
      ...errors,
      invalid("spec.policyTypes", goStrings(policyTypes), "may not specify more than two policyTypes"),
    ];
  }
  policyTypes.forEach((type, index) => {
    if (!DIRECTIONS.includes(type)) errors.push(notSupported(`spec.policyTypes[${index}]`, type, DIRECTIONS));
  });
  return errors;
}
