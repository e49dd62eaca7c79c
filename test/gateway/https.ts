/** Plain HTTPS requests to a served cluster, for tests. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { parse } from "yaml";
import type { Served } from "../../gateway/serve.ts";

/** The parts of a kubeconfig that a client needs. */
export function credentialsOf({ kubeconfig }: Pick<Served, "kubeconfig">) {
  const config = parse(kubeconfig) as {
    clusters: [{ cluster: { "certificate-authority-data": string } }];
    users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
  };
  const text = (base64: string) => Buffer.from(base64, "base64").toString("utf8");
  const { user } = config.users[0];
  return {
    ca: text(config.clusters[0].cluster["certificate-authority-data"]),
    cert: text(user["client-certificate-data"]),
    key: text(user["client-key-data"]),
  };
}

/** What to send; `token` instead of the certificate where it is given, "" for no credentials at all. */
export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly token?: string;
}

/** Opens a request and resolves with its answer when the head has come. */
export function opened(
  served: Served,
  path: string,
  { method, headers, body, token }: Sent = {},
): Promise<IncomingMessage> {
  const { ca, cert, key } = credentialsOf(served);
  const proof = token === undefined ? { cert, key } : {};
  const bearer = token === undefined || token === "" ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${served.url}${path}`,
      { ca, ...proof, agent: false, method: method ?? "GET", headers: { ...bearer, ...headers } },
      resolve,
    );
    request.on("error", reject);
    request.end(body);
  });
}

/** Sends a request and resolves with the whole answer; a JSON body is parsed. */
export async function asked(served: Served, path: string, sent: Sent = {}) {
  const json = sent.body === undefined ? {} : { "content-type": "application/json" };
  const response = await opened(served, path, { ...sent, headers: { ...json, ...sent.headers } });
  let text = "";
  for await (const part of response.setEncoding("utf8")) text += part as string;
  const isJson = response.headers["content-type"]?.startsWith("application/json") === true;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers as IncomingHttpHeaders,
    // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects.
    body: (isJson ? JSON.parse(text) : text) as any,
  };
}

/** The events of a watch as they come, one a call; undefined at its end. */
export function eventsOf(response: IncomingMessage) {
  let text = "";
  let ended = false;
  let wake: () => void = () => {};
  const told = () => wake();
  response.setEncoding("utf8").on("data", (part: string) => {
    text += part;
    told();
  });
  response.on("close", () => {
    ended = true;
    told();
  });
  response.on("error", told);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at what it expects.
  return async function next(): Promise<any> {
    for (;;) {
      const end = text.indexOf("\n");
      if (end >= 0) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        return JSON.parse(line);
      }
      if (ended) return undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
}
