/**
 * Names outside the cluster: what the name servers of the machines' own resolv.conf would answer.
 * Models no software: a handful of names for lessons, with addresses from the networks for documentation (RFC 5737).
 * Left out: all types but A and CNAME.
 * Invariant: a name that is not here does not exist.
 */

const addresses: Readonly<Record<string, string>> = {
  "example.com": "198.51.100.80",
  "www.example.com": "198.51.100.80",
  "example.org": "198.51.100.81",
  "api.example.com": "198.51.100.82",
  "kubernetes.io": "198.51.100.90",
  "registry.k8s.io": "198.51.100.91",
  "docker.io": "198.51.100.92",
  "registry-1.docker.io": "198.51.100.92",
  "quay.io": "198.51.100.93",
  "github.com": "198.51.100.94",
  "icr.io": "198.51.100.95",
  "cloud.ibm.com": "198.51.100.96",
};

/** The IPv4 address of a name outside the cluster, lower case without a trailing dot; undefined: it does not exist. */
export function outsideAddress(name: string): string | undefined {
  return addresses[name];
}

/** Every address that a name outside leads to, with the first of its names; each once. */
export function outsideHosts(): ReadonlyMap<string, string> {
  const hosts = new Map<string, string>();
  for (const [name, address] of Object.entries(addresses)) if (!hosts.has(address)) hosts.set(address, name);
  return hosts;
}
