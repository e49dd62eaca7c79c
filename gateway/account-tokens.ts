/** The tokens of service accounts, as the simulated API server makes them: who shows one is that account. */
import { createHash } from "node:crypto";
import type { UserInfo } from "../sim/api/types.ts";
import type { Cluster } from "../sim/index.ts";
import { accountUser } from "./authenticate.ts";

const audience = "https://kubernetes.default.svc.cluster.local";

interface Claims {
  readonly aud?: readonly string[];
  readonly exp?: number;
  readonly "kubernetes.io"?: {
    readonly namespace?: string;
    readonly serviceaccount?: { readonly name?: string; readonly uid?: string };
  };
}

/** Tells whose a token is. */
export class AccountTokens {
  readonly #cluster: Cluster;
  /** Accounts, as "namespace/name", for which a token was asked; looked for once each. */
  readonly #asked = new Set<string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /**
   * The account that a token proves; undefined for one that is wrong, has ended on the simulated clock, is meant for somebody
   * else than the API server, or whose account is gone. Its digest has no secret in it, so it must also have been asked for.
   */
  userOf(token: string): UserInfo | undefined {
    const { aud = [], exp = 0, "kubernetes.io": about } = claimsOf(token) ?? {};
    const { name, uid } = about?.serviceaccount ?? {};
    const namespace = about?.namespace;
    if (namespace === undefined || name === undefined || uid === undefined) return undefined;
    if (!aud.includes(audience) || exp * 1000 <= this.#cluster.wallMs) return undefined;
    if (this.#cluster.get("serviceaccounts", name, namespace)?.metadata.uid !== uid) return undefined;
    return this.#wasAsked(namespace, name) ? accountUser(namespace, name) : undefined;
  }

  #wasAsked(namespace: string, name: string): boolean {
    const key = `${namespace}/${name}`;
    if (this.#asked.has(key)) return true;
    const found = this.#cluster.operations.some(
      ({ operation }) =>
        operation.kind === "request" &&
        operation.request.subresource === "token" &&
        operation.request.name === name &&
        operation.request.namespace === namespace,
    );
    if (found) this.#asked.add(key);
    return found;
  }
}

/** What a token says, if its digest is right. */
function claimsOf(token: string): Claims | undefined {
  const [head = "", text = "", digest] = token.split(".");
  if (createHash("sha256").update(`${head}.${text}`).digest("base64url") !== digest) return undefined;
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as Claims;
  } catch {
    return undefined;
  }
}
