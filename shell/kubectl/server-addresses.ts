import { fail, KubectlError } from "./failure.ts";
import { at, listAt, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt } from "./manifest.ts";
import type { Call, Verb } from "./verb.ts";

const SERVICE = BUILT_IN_KINDS.find((kind) => kind.kind === "Service")!;

/** `kubectl cluster-info` (staging/src/k8s.io/kubectl/pkg/cmd/clusterinfo): where the API server and the add-ons' Services are. */
export const serverAddresses: Verb = {
  name: "cluster-info",
  flags: [],
  verbs: [
    {
      name: "dump",
      flags: [],
      run: () => fail("cluster-info dump is not part of this simulation; get -A -o yaml shows a kind's objects"),
    },
  ],
  run(call) {
    const found = attempt(() =>
      call.api.list(SERVICE, { namespace: "kube-system", labelSelector: "kubernetes.io/cluster-service=true" }),
    );
    if (found instanceof KubectlError) throw found;
    const server = call.client.server;
    call.out(`Kubernetes control plane is running at https://${server}\n`);
    for (const service of found.items) {
      const name = service.metadata.labels?.["kubernetes.io/name"] ?? service.metadata.name;
      call.out(`${name} is running at ${linkOf(call, service)}\n`);
    }
    call.out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n");
  },
};

/** A load balancer's address, or the way through the API server's proxy. */
function linkOf(call: Call, service: { readonly metadata: { readonly name: string } }): string {
  const ports = listAt(service, "spec", "ports");
  const balancer = listAt(service, "status", "loadBalancer", "ingress")[0];
  if (balancer !== undefined) {
    const host = textAt(balancer, "ip") || textAt(balancer, "hostname");
    return ports.map((port) => `http://${host}:${String(at(port, "port"))} `).join("");
  }
  const scheme = ports.length === 1 && at(ports[0], "port") === 443 ? "https:" : "";
  const port = textAt(ports[0], "name");
  const target = `${scheme}${service.metadata.name}${port === "" ? (scheme === "" ? "" : ":") : `:${port}`}`;
  return `https://${call.client.server}/api/v1/namespaces/kube-system/services/${target}/proxy`;
}
