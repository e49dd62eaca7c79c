/**
 * What a probe is sent to, as people write it: "http://web", "web:8080", "udp://10.0.0.1:53", "ping web", "pod/web-1:80".
 * Source: RFC 3986 for the forms with a scheme. Left out: user names, fragments, IPv6.
 * Invariant: what can't be read is refused with the forms that can; no name is looked up here.
 */

/** A target that has been read. */
export interface Target {
  readonly protocol: "tcp" | "udp" | "icmp";
  /** Name or address; for an object "pod/…", "node/…" or "service/…". */
  readonly host: string;
  /** 0 for ICMP, and for an object whose port is still to be found. */
  readonly port: number;
  /** Path and query, "/" for HTTP without one; "" for what is no HTTP. */
  readonly path: string;
  readonly scheme: string;
}

const schemes: Readonly<Record<string, { readonly protocol: Target["protocol"]; readonly port: number }>> = {
  http: { protocol: "tcp", port: 80 },
  https: { protocol: "tcp", port: 443 },
  tcp: { protocol: "tcp", port: 0 },
  udp: { protocol: "udp", port: 0 },
  dns: { protocol: "udp", port: 53 },
  icmp: { protocol: "icmp", port: 0 },
  ping: { protocol: "icmp", port: 0 },
};

const forms = "write http://NAME[:PORT], NAME:PORT, udp://NAME:PORT, ping NAME, or pod/NAME, node/NAME, service/NAME";
const portMax = 65_535;

function portOf(text: string | undefined, whole: string): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > portMax) throw new RangeError(`"${text}" in "${whole}" is no port; ports are 1 to ${portMax}`);
  return port;
}

/** TYPE/NAME or TYPE/NAMESPACE/NAME, a port, a path. */
const objectForm =
  /^((?:pod|pods|po|node|nodes|no|service|services|svc)\/[^:/\s]+(?:\/[^:/\s]+)?)(?::([^/\s]+))?(\/\S*)?$/;

/** Reads a target. Throws a RangeError that says how to write one. */
export function readTarget(text: string): Target {
  const trimmed = text.trim();
  const ping = /^ping\s+(\S+)$/.exec(trimmed);
  if (ping?.[1] !== undefined) return readTarget(ping[1].includes("://") ? ping[1] : `icmp://${ping[1]}`);
  const given = /^([a-z]+):\/\/(.*)$/i.exec(trimmed);
  const scheme = given?.[1]?.toLowerCase() ?? "";
  const known = schemes[scheme];
  if (given !== null && known === undefined)
    throw new RangeError(`"${scheme}" is no scheme that can be followed; ${forms}`);
  const rest = given?.[2] ?? trimmed;
  const object = objectForm.exec(rest);
  if (object?.[1] !== undefined) {
    const port = portOf(object[2], text);
    const isPing = known?.protocol === "icmp" || (known === undefined && port === undefined && !/^s/.test(object[1]));
    const protocol = isPing ? "icmp" : (known?.protocol ?? "tcp");
    return {
      protocol,
      host: object[1],
      port: isPing ? 0 : (port ?? known?.port ?? 0),
      path: pathOf(scheme, object[3] ?? ""),
      scheme,
    };
  }
  const parts = /^([^\s/:?#]+)(?::([^/?#\s]*))?([/?#]\S*)?$/.exec(rest);
  if (parts?.[1] === undefined) throw new RangeError(`"${text}" is nothing that a packet can be sent to; ${forms}`);
  const port = portOf(parts[2], text) ?? known?.port ?? 0;
  const protocol = known?.protocol ?? "tcp";
  if (port === 0 && protocol !== "icmp") throw new RangeError(`"${text}" says no port; ${forms}`);
  return {
    protocol,
    host: parts[1],
    port: protocol === "icmp" ? 0 : port,
    path: pathOf(scheme, parts[3] ?? ""),
    scheme,
  };
}

function pathOf(scheme: string, path: string): string {
  if (scheme !== "http" && scheme !== "https") return "";
  return path.startsWith("/") ? path : `/${path}`;
}
