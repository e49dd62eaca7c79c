import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import { type Environment, newEnvironment } from "../command.ts";
import { KubectlError } from "./failure.ts";
import { at, listAt, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt } from "./manifest.ts";
import type { Call } from "./verb.ts";

const SERVICE = BUILT_IN_KINDS.find((kind) => kind.kind === "Service")!;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

type Pair = readonly [string, string];

/**
 * What a process in a container finds: the variables and files that its kubelet has told of (`inside`, the answer to an exec),
 * those of Services, and what the runtime adds.
 */
export function containerEnvironment(
  call: Call,
  pod: KubeObject,
  container: JsonObject,
  inside: JsonObject,
): Environment {
  const hostname = hostnameOf(pod);
  const fixed: readonly Pair[] = [
    ["PATH", PATH],
    ["HOSTNAME", hostname],
    ["HOME", "/root"],
    ["PWD", textAt(container, "workingDir") || "/"],
  ];
  const services = new Map(serviceVariables(call, pod));
  const written = new Map(listAt(container, "env").map((one) => [textAt(one, "name"), textAt(one, "value")]));
  const own = pairsAt(inside, "environment").map(
    ([name, value]): Pair => [name, withServices(value, written.get(name) ?? "", services)],
  );
  const files = [...filesOf(pod, hostname), ...pairsAt(inside, "files")];
  return newEnvironment([...new Map([...fixed, ...services, ...own])], files);
}

function pairsAt(inside: JsonObject, field: "environment" | "files"): readonly Pair[] {
  return listAt(inside, field) as unknown as readonly Pair[];
}

/** References to variables of Services, which the kubelet has left; those that the spec has escaped with `$$` stay. */
function withServices(value: string, written: string, services: ReadonlyMap<string, string>): string {
  return value.replace(/\$\((\w+)\)/g, (all, key: string) =>
    written.includes(`$$(${key})`) ? all : (services.get(key) ?? all),
  );
}

function hostnameOf(pod: KubeObject): string {
  if (at(pod, "spec", "hostNetwork") === true) return textAt(pod, "spec", "nodeName");
  return textAt(pod, "spec", "hostname") || pod.metadata.name;
}

/** The variables of the API server's Service and, unless switched off, of those in the pod's namespace (pkg/kubelet/envvars). */
function serviceVariables(call: Call, pod: KubeObject): readonly Pair[] {
  const { namespace = "default" } = pod.metadata;
  const found = attempt(() => call.api.list(SERVICE, {}));
  if (found instanceof KubectlError) return [];
  const links = at(pod, "spec", "enableServiceLinks") !== false;
  const started = textAt(pod, "status", "startTime");
  return found.items
    .filter((one) => {
      const isMaster = one.metadata.namespace === "default" && one.metadata.name === "kubernetes";
      const isOlder = started === "" || (one.metadata.creationTimestamp ?? "") <= started;
      return isMaster || (links && one.metadata.namespace === namespace && isOlder);
    })
    .flatMap(oneService);
}

function oneService(service: KubeObject): readonly Pair[] {
  const address = textAt(service, "spec", "clusterIP");
  const ports = listAt(service, "spec", "ports");
  if (address === "" || address === "None" || ports.length === 0) return [];
  const name = service.metadata.name.toUpperCase().replaceAll("-", "_");
  const pairs: Pair[] = [
    [`${name}_SERVICE_HOST`, address],
    [`${name}_SERVICE_PORT`, String(at(ports[0], "port"))],
  ];
  for (const port of ports) {
    const own = textAt(port, "name").toUpperCase().replaceAll("-", "_");
    if (own !== "") pairs.push([`${name}_SERVICE_PORT_${own}`, String(at(port, "port"))]);
  }
  ports.forEach((port, i) => {
    const protocol = textAt(port, "protocol") || "TCP";
    const number = String(at(port, "port"));
    const url = `${protocol.toLowerCase()}://${address}:${number}`;
    const prefix = `${name}_PORT_${number}_${protocol}`;
    if (i === 0) pairs.push([`${name}_PORT`, url]);
    pairs.push(
      [prefix, url],
      [`${prefix}_PROTO`, protocol.toLowerCase()],
      [`${prefix}_PORT`, number],
      [`${prefix}_ADDR`, address],
    );
  });
  return pairs;
}

/** /etc/hosts and /etc/hostname as kubelet and runtime write them; /etc/resolv.conf is the place's own. */
function filesOf(pod: KubeObject, hostname: string): readonly Pair[] {
  const address = textAt(pod, "status", "podIP");
  const isHost = at(pod, "spec", "hostNetwork") === true;
  const hosts = [
    isHost ? "# Your system has been configured by its kubelet." : "# Kubernetes-managed hosts file.",
    ...["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", `${address}\t${hostname}`],
    ...listAt(pod, "spec", "hostAliases").map((one) => `${textAt(one, "ip")}\t${listAt(one, "hostnames").join("\t")}`),
  ];
  return [
    ["/etc/hostname", `${hostname}\n`],
    ["/etc/hosts", `${hosts.join("\n")}\n`],
  ];
}
