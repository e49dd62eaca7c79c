import type { Status } from "../../sim/api/types.ts";

/**
 * Why a kubectl command ends early. The kinds are those that kubectl's `checkErr` tells apart
 * (staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go): each is worded in its own way.
 */
export type Failure =
  /** Shown as `error: …`, unless it already says so. */
  | { readonly kind: "plain"; readonly message: string }
  /** Shown as is: text that the real tool prints without its prefix. */
  | { readonly kind: "raw"; readonly message: string }
  /** The API server's refusal. `prefix` is what was being done, e.g. `error when creating "web.yaml": `. */
  | { readonly kind: "status"; readonly status: Status; readonly prefix: string }
  /** Nobody answered at `server`. */
  | { readonly kind: "connection"; readonly reason: "refused" | "timeout"; readonly server: string }
  /** Several, each shown on a line of its own without the `error:` prefix. */
  | { readonly kind: "several"; readonly failures: readonly Failure[] }
  /** Ends with exit status 1 and no more text. */
  | { readonly kind: "silent" };

/** Carries a Failure up to the verb's door; nothing outside `kubectl/` sees it. */
export class KubectlError extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failureMessage(failure));
    this.failure = failure;
  }
}

/** Ends the command with `error: message`. */
export function fail(message: string): never {
  throw new KubectlError({ kind: "plain", message });
}

/** Ends the command because it was used wrongly, with the hint that the real tool adds. */
export function failUsage(verb: string, message: string): never {
  fail(`${message}\nSee 'kubectl ${verb} -h' for help and examples`);
}

/** What Go's `err.Error()` would say: the message without any prefix. */
export function failureMessage(failure: Failure): string {
  switch (failure.kind) {
    case "plain":
    case "raw":
      return failure.message;
    case "status":
      return failure.prefix + (failure.status.message ?? "");
    case "connection":
      return connectionMessage(failure.reason, failure.server);
    case "several": {
      const messages = failure.failures.map(failureMessage);
      return messages.length === 1 ? messages[0]! : `[${messages.join(", ")}]`;
    }
    case "silent":
      return "";
  }
}

function connectionMessage(reason: "refused" | "timeout", server: string): string {
  if (reason === "refused") {
    return `The connection to the server ${server} was refused - did you specify the right host or port?`;
  }
  return `Unable to connect to the server: dial tcp ${server}: i/o timeout`;
}

/** The text on standard error, line end included, for a failure that ended a command. */
export function failureText(failure: Failure): string {
  const text = failureShown(failure, "error: ");
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

function failureShown(failure: Failure, prefix: string): string {
  switch (failure.kind) {
    case "plain":
      return failure.message.startsWith("error: ") ? failure.message : prefix + failure.message;
    case "status":
      return statusShown(failure.status, failure.prefix);
    case "several":
      if (failure.failures.length === 1) return failureShown(failure.failures[0]!, prefix);
      return failure.failures.map((one) => failureShown(one, "").replace(/\n$/, "")).join("\n");
    default:
      return failureMessage(failure);
  }
}

function statusShown(status: Status, prefix: string): string {
  if (status.reason === "Invalid") return invalidShown(status);
  const message = prefix + (status.message ?? "");
  if (status.reason === "Unauthorized") return `error: You must be logged in to the server (${message})`;
  return status.reason ? `Error from server (${status.reason}): ${message}` : `Error from server: ${message}`;
}

function invalidShown(status: Status): string {
  const details = status.details;
  if (details === undefined) return `The request is invalid: ${status.message ?? ""}`;
  const causes = distinct((details.causes ?? []).map((cause) => `${cause.field ?? ""}: ${cause.message ?? ""}`));
  let head = "The request is invalid";
  if (details.kind || details.name) head = `The ${details.kind ?? ""} "${details.name ?? ""}" is invalid`;
  else if (status.message && causes.length === 0) head = `${head}: ${status.message}`;
  if (causes.length === 0) return head;
  if (causes.length === 1) return `${head}: ${causes[0]}\n`;
  return `${head}: \n${causes.map((cause) => `* ${cause}\n`).join("")}`;
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
