import { reasonOf } from "./api.ts";
import { fail, KubectlError } from "./failure.ts";
import { indentedJson } from "./json-print.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt } from "./manifest.ts";
import type { Call, Verb } from "./verb.ts";
import { yamlText } from "./yaml-print.ts";

/** The kubectl build whose recorded behaviour this is. */
const CLIENT = "v1.32.4-dispatcher";
const KUSTOMIZE = "v5.5.0";
/** The modelled server. */
const SERVER = "v1.32.3";

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
    const server = call.on("client") ? undefined : attempt(() => askServer(call));
    const reached = server === undefined;
    if (output === "") {
      call.out(`Client Version: ${CLIENT}\nKustomize Version: ${KUSTOMIZE}\n`);
      if (reached && !call.on("client")) call.out(`Server Version: ${SERVER}\n`);
    } else {
      const versions = {
        clientVersion: build(CLIENT, "32+"),
        kustomizeVersion: KUSTOMIZE,
        ...(reached && !call.on("client") ? { serverVersion: build(SERVER, "32") } : {}),
      };
      call.out(output === "json" ? indentedJson(versions) : `${yamlText(versions)}\n`);
    }
    if (server instanceof KubectlError) throw server;
  },
};

function askServer(call: Call): undefined {
  const namespaces = BUILT_IN_KINDS.find((kind) => kind.kind === "Namespace")!;
  try {
    call.api.find(namespaces, "", "default");
  } catch (error) {
    if (reasonOf(error) === undefined) throw error;
  }
  return undefined;
}

function build(gitVersion: string, minor: string) {
  return { compiler: "gc", gitTreeState: "clean", gitVersion, major: "1", minor, platform: "linux/amd64" };
}
