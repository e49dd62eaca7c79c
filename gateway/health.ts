/** Answers of /healthz, /livez and /readyz: what of the simulated control plane runs (apiserver pkg/server/healthz). */
import type { Cluster, HttpResponse } from "../sim/index.ts";
import { refusedAnswer } from "./refusals.ts";

/** Checks of the real server that say something about a simulated one, in its order. */
const checks: Readonly<Record<string, readonly string[]>> = {
  healthz: ["ping", "log", "etcd"],
  livez: ["ping", "log", "etcd"],
  readyz: ["ping", "log", "etcd", "etcd-readiness", "informer-sync", "shutdown"],
};

function text(status: number, body: string): HttpResponse {
  const headers = {
    "Content-Type": "text/plain; charset=utf-8",
    "Cache-Control": "no-cache, private",
    "X-Content-Type-Options": "nosniff",
  };
  return { status, headers, body };
}

/** The answer to a GET of a health path, or of one check of it (/readyz/etcd); undefined for any other path. */
export function healthAnswer(
  cluster: Cluster,
  method: string,
  { pathname, searchParams }: URL,
): HttpResponse | undefined {
  const [, root = "", one, ...rest] = pathname.replace(/\/$/, "").split("/");
  const all = Object.hasOwn(checks, root) ? checks[root] : undefined;
  if (all === undefined || rest.length > 0 || (method !== "GET" && method !== "HEAD")) return undefined;
  if (one !== undefined && !all.includes(one)) return text(404, "404 page not found\n");
  const excluded = searchParams.getAll("exclude");
  const wanted = one === undefined ? all.filter((check) => !excluded.includes(check)) : [one];
  const { processes } = cluster.snapshot(0);
  const runs = (component: string) => processes.some((each) => each.component === component && each.running);
  if (!runs("kube-apiserver")) return refusedAnswer("refused");
  const fails = (check: string) => check.startsWith("etcd") && !runs("etcd");
  const failed = wanted.filter(fails);
  const lines = wanted.map((check) => (fails(check) ? `[-]${check} failed: reason withheld\n` : `[+]${check} ok\n`));
  if (failed.length > 0) return text(500, `${lines.join("")}${root} check failed\n`);
  const isVerbose = one === undefined && searchParams.has("verbose");
  return text(200, isVerbose ? `${lines.join("")}${root} check passed\n` : "ok");
}
