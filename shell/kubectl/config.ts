import { fail, failUsage } from "./failure.ts";
import { OUTPUT_FLAGS, printObject } from "./output.ts";
import { alignColumns } from "./table-print.ts";
import type { Call, Verb } from "./verb.ts";

const CONTEXT = "kubernetes-admin@kubernetes";

/** The kubeconfig that kubeadm writes for the administrator; certificates are left out as `config view` does. */
function kubeconfig(call: Call) {
  const cluster = { "certificate-authority-data": "DATA+OMITTED", server: `https://${call.client.server}` };
  const user = { "client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED" };
  return {
    apiVersion: "v1",
    clusters: [{ cluster, name: "kubernetes" }],
    contexts: [{ context: { cluster: "kubernetes", user: "kubernetes-admin" }, name: CONTEXT }],
    ...{ "current-context": CONTEXT, kind: "Config", preferences: {} },
    users: [{ name: "kubernetes-admin", user }],
  };
}

const view: Verb = {
  name: "view",
  flags: [
    ...OUTPUT_FLAGS,
    { name: "minify", type: "bool" },
    { name: "flatten", type: "bool" },
    { name: "raw", type: "bool" },
  ],
  run(call) {
    printObject(call, kubeconfig(call), "plain", "yaml");
  },
};

const contexts: Verb = {
  name: "get-contexts",
  flags: [
    { name: "output", short: "o", type: "string" },
    { name: "no-headers", type: "bool" },
  ],
  run(call) {
    if (call.text("output") === "name") {
      call.out(`${CONTEXT}\n`);
      return;
    }
    const rows = [["*", CONTEXT, "kubernetes", "kubernetes-admin", ""]];
    const head = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
    call.out(alignColumns(call.on("no-headers") ? rows : [head, ...rows]));
  },
};

/** `kubectl config` (client-go tools/clientcmd and kubectl pkg/cmd/config): looks only, as there is one cluster and one user. */
export const configuration: Verb = {
  name: "config",
  flags: [],
  verbs: [
    view,
    contexts,
    { name: "current-context", flags: [], run: (call) => call.out(`${CONTEXT}\n`) },
    { name: "get-clusters", flags: [], run: (call) => call.out("NAME\nkubernetes\n") },
    { name: "get-users", flags: [], run: (call) => call.out("NAME\nkubernetes-admin\n") },
    ...["set-context", "use-context", "set-cluster", "set-credentials", "set", "unset"].map((name): Verb => {
      const why = `config ${name} is not part of this simulation: there is one cluster and one user; -n and --as choose for one command`;
      return { name, flags: [{ name: "current", type: "bool" }], run: () => fail(why) };
    }),
  ],
  run(call) {
    const [word] = call.args;
    if (word !== undefined) failUsage("config", `unknown command "${word}"`);
    call.out('Modify kubeconfig files using subcommands like "kubectl config view".\n');
  },
};
