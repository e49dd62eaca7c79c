/**
 * The names of the chains of one Service port and of one endpoint (Kubernetes 1.32, pkg/proxy/iptables/proxier.go
 * portProtoHash, servicePortEndpointChainName): SHA-256 of the port's name, in base32, its first 16 characters.
 * Left out: nothing.
 * Invariant: a name has at most 28 characters, which is all that iptables takes.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const HASHED_BYTES = 10;

/** 16 base32 characters that stand for the text. */
function shortHash(text: string): string {
  const digest = sha256(utf8ToBytes(text));
  let encoded = "";
  let pending = 0;
  let bits = 0;
  for (let index = 0; index < HASHED_BYTES; index++) {
    pending = ((pending << 8) | digest[index]!) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      encoded += BASE32[(pending >>> bits) & 31];
    }
  }
  return encoded;
}

/** The chains that one Service port may have; which of them exist depends on its policies and endpoints. */
export interface PortChainNames {
  /** Spreads over the endpoints of traffic policy Cluster. */
  readonly cluster: string;
  /** Spreads over the endpoints of traffic policy Local. */
  readonly local: string;
  /** Lets pass what `loadBalancerSourceRanges` allows. */
  readonly firewall: string;
  /** Where traffic to node ports, external and load-balancer addresses enters. */
  readonly external: string;
}

/** Names for the port `portName` ("namespace/name:port"), with its protocol in lower case. */
export function portChainNames(portName: string, protocol: string): PortChainNames {
  const hash = shortHash(portName + protocol);
  return {
    cluster: `KUBE-SVC-${hash}`,
    local: `KUBE-SVL-${hash}`,
    firewall: `KUBE-FW-${hash}`,
    external: `KUBE-EXT-${hash}`,
  };
}

/** The name of an endpoint's chain; `endpoint` is "address:port". */
export function endpointChainName(portName: string, protocol: string, endpoint: string): string {
  return `KUBE-SEP-${shortHash(portName + protocol + endpoint)}`;
}
