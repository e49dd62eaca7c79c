import type { Status } from "../../sim/api/types.ts";
import { readHttp, writeHttp } from "../../sim/index.ts";
import { reasonOf } from "./api.ts";
import { KubectlError } from "./failure.ts";
import { isObject, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt } from "./manifest.ts";
import type { Call } from "./verb.ts";

const NAMESPACE = BUILT_IN_KINDS.find((kind) => kind.kind === "Namespace")!;
const ADMINISTRATOR = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };

/** What the API server answers to a GET of a path, e.g. "/version"; throws its refusal. */
export function rawText(call: Call, path: string): string {
  const { server } = call.client;
  const headers = { accept: "application/json, */*", host: server, "user-agent": "kubectl" };
  const reading = readHttp({ method: "GET", path, headers, body: "" }, ADMINISTRATOR);
  if (reading.kind === "watch") {
    throw new KubectlError({ kind: "plain", message: `get --raw can't follow a watch; get -w does: ${path}` });
  }
  if (reading.kind === "answer") {
    askServer(call);
    const { status, body } = reading.response;
    return status < 400 ? body : refuse(status, body);
  }
  const answer = call.client.request(reading.request);
  if (!("code" in answer)) {
    throw new KubectlError({ kind: "connection", reason: answer.kind, server: answer.server });
  }
  const { status, body } = writeHttp(answer, reading.shape);
  return status < 400 ? body : refuse(status, body);
}

/** Throws where nobody answers at the API server; any answer will do. */
function askServer(call: Call): void {
  const found = attempt(() => call.api.find(NAMESPACE, "", "default"));
  if (found instanceof KubectlError && reasonOf(found) === undefined) throw found;
}

function refuse(code: number, body: string): never {
  const known = parsed(body);
  const unnamed = code === 404 ? "the server could not find the requested resource" : body.trim();
  const status: Status = {
    ...{ kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code },
    message: textAt(known, "message") || unnamed,
    reason: textAt(known, "reason") || (code === 404 ? "NotFound" : ""),
  };
  throw new KubectlError({ kind: "status", status, prefix: "" });
}

function parsed(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
