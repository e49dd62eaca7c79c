/**
 * The paths that are about the server itself: discovery, version, health (Kubernetes 1.32, apiserver
 * pkg/server/routes/version.go, pkg/server/healthz and pkg/endpoints/discovery).
 * Left out: metrics, profiles, logs, OpenID configuration.
 * Invariant: answered without looking at the cluster, so that they cost a client no simulated time.
 */
import { acceptClauses, meansJson } from "../http/negotiate.ts";
import type { HttpRequest, HttpResponse } from "../http/types.ts";
import type { Target } from "../http/url.ts";
import { jsonAnswer, textAnswer } from "../http/write-http.ts";
import { aggregated, coreVersions, groupList, groupOnly, resourceList } from "./documents.ts";

/** The modelled server's build. */
const VERSION = {
  major: "1",
  minor: "32",
  gitVersion: "v1.32.3",
  gitCommit: "32cc146f75aad04beaaa245a7157eb35063a9f99",
  gitTreeState: "clean",
  buildDate: "2025-03-11T19:52:21Z",
  goVersion: "go1.23.6",
  compiler: "gc",
  platform: "linux/amd64",
};

const HEALTH = new Set(["healthz", "livez", "readyz"]);
const AGGREGATED_VERSIONS = new Set(["v2", "v2beta1"]);

/** The version of aggregated discovery that the client likes best; undefined where it likes plain JSON better. */
function aggregatedVersion(accept: string | undefined): string | undefined {
  for (const { type, parameters } of acceptClauses(accept)) {
    if (!meansJson(type)) continue;
    if (parameters.as === undefined) return undefined;
    const known = parameters.g === "apidiscovery.k8s.io" && parameters.as === "APIGroupDiscoveryList";
    if (known && AGGREGATED_VERSIONS.has(parameters.v ?? "")) return parameters.v;
  }
  return undefined;
}

function root({ headers }: HttpRequest, core: boolean): HttpResponse {
  const version = aggregatedVersion(headers.accept);
  if (version === undefined) return jsonAnswer(200, core ? coreVersions(headers.host ?? "") : groupList());
  const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
  const answer = jsonAnswer(200, aggregated(core, version), false, type);
  return { ...answer, headers: { ...answer.headers, vary: "Accept" } };
}

function found(document: object | undefined): HttpResponse | undefined {
  return document && jsonAnswer(200, document);
}

/** The answer to a GET of such a path; undefined where the path is none of them, or names what is not served. */
export function discoveryAnswer(http: HttpRequest, { segments }: Target): HttpResponse | undefined {
  if (http.method !== "GET" && http.method !== "HEAD") return undefined;
  const [first = "", group = "", version = ""] = segments;
  if (HEALTH.has(first)) return textAnswer(200, "ok");
  if (first === "version" && segments.length === 1) return jsonAnswer(200, VERSION, true);
  if (first === "api") {
    if (segments.length === 1) return root(http, true);
    return segments.length === 2 ? found(resourceList("", group)) : undefined;
  }
  if (first !== "apis") return undefined;
  if (segments.length === 1) return root(http, false);
  if (segments.length === 2) return found(groupOnly(group));
  return segments.length === 3 ? found(resourceList(group, version)) : undefined;
}
