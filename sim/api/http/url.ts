/**
 * The target of a request line, taken apart: path segments and query (RFC 3986; Go's net/url as the API server uses it).
 * Left out: fragments and authorities, which no request line has.
 * Invariant: text that can't be decoded stays as it is.
 */

/** A path without empty segments, and its query by name, values in order. */
export interface Target {
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, readonly string[]>;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The query as names and values; `+` is a blank, a name without `=` has the value "". */
function queryOf(text: string): ReadonlyMap<string, readonly string[]> {
  const query = new Map<string, string[]>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const plain = (part: string) => decoded(part.replaceAll("+", " "));
    const name = plain(at < 0 ? pair : pair.slice(0, at));
    const value = at < 0 ? "" : plain(pair.slice(at + 1));
    const values = query.get(name);
    if (values) values.push(value);
    else query.set(name, [value]);
  }
  return query;
}

/** Takes "/api/v1/pods?limit=5" apart. */
export function targetOf(text: string): Target {
  const at = text.indexOf("?");
  const path = at < 0 ? text : text.slice(0, at);
  return {
    path,
    segments: path
      .split("/")
      .filter((segment) => segment !== "")
      .map(decoded),
    query: queryOf(at < 0 ? "" : text.slice(at + 1)),
  };
}

/** The first value of a query parameter, undefined where it is absent or empty. */
export function parameter({ query }: Target, name: string): string | undefined {
  return query.get(name)?.[0] || undefined;
}

/** A parameter that says yes or no, read as Go reads booleans; absent or unreadable is no. */
export function flag(target: Target, name: string): boolean {
  return ["1", "t", "T", "true", "TRUE", "True"].includes(parameter(target, name) ?? "");
}

/** A whole number; undefined where it is absent or none. */
export function wholeNumber(target: Target, name: string): number | undefined {
  const text = parameter(target, name);
  return text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined;
}
