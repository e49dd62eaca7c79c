/**
 * Names of well-known ports, as programs print them that were not told to print numbers (Debian's /etc/services, in part).
 * Left out: ports that no component of the simulation listens on.
 * Invariant: a name stands for the same port with TCP and UDP.
 */
const names: Readonly<Record<number, string>> = {
  22: "ssh",
  25: "smtp",
  53: "domain",
  67: "bootps",
  80: "http",
  123: "ntp",
  179: "bgp",
  443: "https",
  514: "shell",
  3306: "mysql",
  5432: "postgresql",
  6379: "redis",
  8080: "http-alt",
};

/** The name of a port, undefined if it has none. */
export function serviceName(port: number): string | undefined {
  return names[port];
}
