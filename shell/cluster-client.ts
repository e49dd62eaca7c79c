/**
 * The shell's door to a simulated cluster: requests go in as the administrator's, time passes step by step.
 */
import type { Cluster } from "../sim/index.ts";
import type { ConnectionFailure, ShellClient } from "./client.ts";

const server = "10.0.0.10:6443";

/** A client of the shell for one cluster. Requests carry the user agent "kubectl". */
export function clusterClient(cluster: Cluster): ShellClient {
  return {
    request(request) {
      const answer = cluster.request({ ...request, userAgent: "kubectl" });
      if (answer.kind === "response") return answer.response;
      const failure: ConnectionFailure = { kind: answer.kind, server };
      return failure;
    },
    step: () => cluster.hasWork && cluster.step().steps > 0,
    get now() {
      return cluster.now;
    },
    get wallMs() {
      return cluster.wallMs;
    },
  };
}
