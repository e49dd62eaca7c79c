/** Answers of the gateway itself, in the API's own form. */
import type { HttpResponse } from "../sim/index.ts";

function jsonAnswer(status: number, value: object): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}

/** A failure as a Status. */
export function plainFailure(status: number, reason: string, message: string): HttpResponse {
  const body = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code: status };
  return jsonAnswer(status, body);
}

/** Why a request came to nothing: the API server does not run, it did not answer in time, or a stream was wanted. */
export function refusedAnswer(why: "refused" | "timeout" | "stream"): HttpResponse {
  switch (why) {
    case "refused":
      return plainFailure(
        503,
        "ServiceUnavailable",
        "the simulated kube-apiserver does not run: start its process or its machine, then ask again",
      );
    case "timeout":
      return plainFailure(
        504,
        "Timeout",
        "Timeout: request did not complete within requested timeout - context deadline exceeded",
      );
    case "stream":
      return plainFailure(
        501,
        "NotImplemented",
        "the container is there, but streams into containers are not served over HTTP: use exec in a notebook's shell",
      );
  }
}
