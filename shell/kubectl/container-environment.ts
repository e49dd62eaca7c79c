import type { Json, JsonObject, KubeObject } from "../../sim/api/types.ts";
import { type Environment, newEnvironment } from "../command.ts";
import { KubectlError } from "./failure.ts";
import { at, isObject, listAt, objectAt, sortedKeys, textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt } from "./manifest.ts";
import type { Call } from "./verb.ts";

const SERVICE = BUILT_IN_KINDS.find((kind) => kind.kind === "Service")!;
const CONFIG_MAP = BUILT_IN_KINDS.find((kind) => kind.kind === "ConfigMap")!;
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const DOMAIN = "cluster.local";

type Pair = readonly [string, string];

/** What a process in a container finds: the variables that the kubelet sets, and the files that it writes. */
export function containerEnvironment(call: Call, pod: KubeObject, container: JsonObject): Environment {
  const hostname = hostnameOf(pod);
  const fixed: readonly Pair[] = [
    ["PATH", PATH],
    ["HOSTNAME", hostname],
    ["HOME", "/root"],
    ["PWD", textAt(container, "workingDir") || "/"],
  ];
  const services = serviceVariables(call, pod);
  const own = listAt(container, "env").flatMap((one) => ownVariable(call, pod, one));
  const variables = new Map<string, string>([...fixed, ...services, ...fromMaps(call, pod, container)]);
  for (const [name, value] of own)
    variables.set(
      name,
      value.replace(/\$\((\w+)\)/g, (all, key: string) => variables.get(key) ?? all),
    );
  return newEnvironment([...variables], filesOf(call, pod, hostname));
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

function fromMaps(call: Call, pod: KubeObject, container: JsonObject): readonly Pair[] {
  return listAt(container, "envFrom").flatMap((source) => {
    const data = entriesOf(call, pod, textAt(source, "configMapRef", "name"));
    const prefix = textAt(source, "prefix");
    return sortedKeys(data).map((key): Pair => [`${prefix}${key}`, String(data[key])]);
  });
}

function entriesOf(call: Call, pod: KubeObject, name: string): JsonObject {
  if (name === "") return {};
  const found = attempt(() => call.api.find(CONFIG_MAP, pod.metadata.namespace ?? "default", name));
  return found === undefined || found instanceof KubectlError ? {} : objectAt(found, "data");
}

function ownVariable(call: Call, pod: KubeObject, one: Json): readonly Pair[] {
  const name = textAt(one, "name");
  const { fieldRef, configMapKeyRef } = objectAt(one, "valueFrom");
  if (isObject(fieldRef)) return [[name, fieldValue(pod, textAt(fieldRef, "fieldPath"))]];
  if (isObject(configMapKeyRef)) {
    const value = entriesOf(call, pod, textAt(configMapKeyRef, "name"))[textAt(configMapKeyRef, "key")];
    return value === undefined ? [] : [[name, String(value)]];
  }
  return [[name, textAt(one, "value")]];
}

function fieldValue(pod: KubeObject, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path);
  if (keyed !== null) return textAt(pod, "metadata", keyed[1]!, keyed[2]!);
  return textAt(pod, ...path.split("."));
}

/** /etc/resolv.conf, /etc/hosts and /etc/hostname as kubelet and runtime write them. */
function filesOf(call: Call, pod: KubeObject, hostname: string): readonly Pair[] {
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
    ["/etc/resolv.conf", resolvConf(call, pod)],
  ];
}

function resolvConf(call: Call, pod: KubeObject): string {
  const policy = textAt(pod, "spec", "dnsPolicy") || "ClusterFirst";
  const isHost = at(pod, "spec", "hostNetwork") === true;
  const isCluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && !isHost);
  const { namespace = "default" } = pod.metadata;
  const dns = isCluster ? attempt(() => call.api.find(SERVICE, "kube-system", "kube-dns")) : undefined;
  const server = dns instanceof KubectlError || dns === undefined ? "" : textAt(dns, "spec", "clusterIP");
  const base = isCluster ? [server || "172.21.0.10"] : policy === "None" ? [] : ["127.0.0.53"];
  const domains = isCluster ? [`${namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN] : [];
  const search = [...domains, ...listAt(pod, "spec", "dnsConfig", "searches").map(String)];
  const servers = [...base, ...listAt(pod, "spec", "dnsConfig", "nameservers").map(String)];
  const options = [
    ...(isCluster ? ["ndots:5"] : []),
    ...listAt(pod, "spec", "dnsConfig", "options").map((one) => {
      const value = textAt(one, "value");
      return `${textAt(one, "name")}${value === "" ? "" : `:${value}`}`;
    }),
  ];
  const lines = [
    ...(search.length > 0 ? [`search ${search.join(" ")}`] : []),
    ...servers.map((one) => `nameserver ${one}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
  ];
  return `${lines.join("\n")}\n`;
}
