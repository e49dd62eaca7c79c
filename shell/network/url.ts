/** A URL taken apart as curl and wget do. */
export interface Target {
  readonly scheme: "http" | "https";
  readonly host: string;
  readonly port: number;
  /** Host as the Host header says it: with the port where it is not the scheme's own. */
  readonly authority: string;
  readonly path: string;
}

/** Reads a URL; a scheme is guessed to be http. Undefined when it is none. */
export function readUrl(text: string): Target | undefined {
  const match = /^(?:([a-z]+):\/\/)?([^/?#:@\s]+)(?::(\d+))?((?:[/?][^#\s]*)?)(?:#.*)?$/i.exec(text);
  if (match === null) return undefined;
  const scheme = (match[1] ?? "http").toLowerCase();
  if (scheme !== "http" && scheme !== "https") return undefined;
  const usual = scheme === "https" ? 443 : 80;
  const port = match[3] === undefined ? usual : Number(match[3]);
  if (port < 1 || port > 65_535) return undefined;
  const host = match[2]!;
  const path = match[4] || "/";
  const authority = port === usual ? host : `${host}:${port}`;
  return { scheme, host, port, authority, path: path.startsWith("/") ? path : `/${path}` };
}
