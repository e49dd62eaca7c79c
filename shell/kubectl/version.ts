import { fail, KubectlError } from "./failure.ts";
import { indentedJson } from "./json-print.ts";
import { objectAt, textAt } from "./json-values.ts";
import { attempt } from "./manifest.ts";
import { rawText } from "./raw.ts";
import type { Verb } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

/** The kubectl build whose recorded behaviour this is. */
const CLIENT = "v1.32.4-dispatcher";
const KUSTOMIZE = "v5.5.0";

/** `kubectl version` (staging/src/k8s.io/kubectl/pkg/cmd/version). The server is asked something, so that a dead one shows. */
export const version: Verb = {
  name: "version",
  flags: [
    { name: "client", type: "bool" },
    { name: "output", short: "o", type: "string" },
    { name: "short", type: "bool" },
  ],
  run(call) {
    const output = call.text("output");
    if (output !== "" && output !== "yaml" && output !== "json") fail("--output must be 'yaml' or 'json'");
    const server = call.on("client") ? undefined : attempt(() => objectAt(JSON.parse(rawText(call, "/version"))));
    const reached = server !== undefined && !(server instanceof KubectlError);
    if (output === "") {
      call.out(`Client Version: ${CLIENT}\nKustomize Version: ${KUSTOMIZE}\n`);
      if (reached) call.out(`Server Version: ${textAt(server, "gitVersion")}\n`);
    } else {
      const versions = {
        clientVersion: clientBuild(),
        kustomizeVersion: KUSTOMIZE,
        ...(reached ? { serverVersion: server } : {}),
      };
      call.out(output === "json" ? indentedJson(versions) : `${yamlText(versions)}\n`);
    }
    if (server instanceof KubectlError) throw server;
  },
};

/** The recorded client's build. */
function clientBuild() {
  return {
    ...{ buildDate: "2025-05-15T20:09:34Z", compiler: "gc", gitCommit: "4cb5f0764b8d5f425645c6f433394fede34a8a26" },
    ...{ gitTreeState: "clean", gitVersion: CLIENT, goVersion: "go1.23.8", major: "1", minor: "32+" },
    platform: "linux/amd64",
  };
}
