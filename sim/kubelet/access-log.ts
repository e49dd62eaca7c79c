/**
 * The line that a web server writes about a request.
 * Source: the default log formats of nginx (combined with $http_x_forwarded_for) and of Apache httpd's image (common).
 * Left out: other servers, which write nothing about a request here.
 * Invariant: a pure function of request, answer and time.
 */
import type { Container } from "../api/kinds/container.ts";
import { type Instant, rfc3339 } from "../time/instant.ts";
import { imageName } from "./behaviour.ts";
import type { HttpAnswer, HttpRequest } from "./http-answer.ts";

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** "05/Jan/2026:09:00:05 +0000" */
function logTime(at: Instant): string {
  const [date = "", time = ""] = rfc3339(at).replace("Z", "").split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${months[Number(month) - 1] ?? ""}/${year}:${time} +0000`;
}

/** The line in the server's log; undefined for one that writes none. */
export function accessLine(
  container: Container,
  { method, path, headers, from }: HttpRequest,
  { status, body }: HttpAnswer,
  at: Instant,
): string | undefined {
  const line = `${from.address} - - [${logTime(at)}] "${method} ${path} HTTP/1.1" ${status} ${body.length}`;
  const name = imageName(container.image ?? "");
  if (name.startsWith("nginx")) return `${line} "-" "${headers["user-agent"] ?? "-"}" "-"`;
  return name === "httpd" ? line : undefined;
}
