/**
 * What stands in a cluster before anybody has asked for anything: the API server's own Service, and CoreDNS as kubeadm
 * installs it.
 * Source: Kubernetes 1.32, pkg/controlplane/controller/kubernetesservice/controller.go, pkg/controlplane/reconcilers,
 * cmd/kubeadm/app/phases/addons/dns/manifests.go. Left out: RBAC objects of CoreDNS, which are of kinds not served here;
 * the kube-proxy DaemonSet: kube-proxies are processes of the machines.
 * Invariant: addresses are the first and the tenth of the Services' network.
 */
import type { JsonObject } from "../api/types.ts";
import { ipv4Dotted, ipv4Number } from "../api/validation/ip-address.ts";

/** Where in the Services' network the address of `default/kubernetes` stands, and that of `kube-system/kube-dns`. */
const kubernetesHost = 1;
const dnsHost = 10;
/** The suffix of all names of the cluster. */
const clusterDomain = "cluster.local";
const apiServerPort = 6443;

/** An object to create, and where. */
export interface Installed {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Absent for what is in no namespace. */
  readonly namespace?: string;
  readonly body: JsonObject;
}

const core = { group: "", version: "v1" };
const system = "kube-system";
const dnsLabels = { "k8s-app": "kube-dns" };

/** The nth address of a network such as "172.21.0.0/16". */
function addressIn(network: string, host: number): string {
  return ipv4Dotted((ipv4Number(network.split("/")[0] ?? "") ?? 0) + host);
}

/**
 * What the API server sees to itself: the Service by which pods reach it, and its Endpoints and slice with the server's address.
 * `network`: of which Services get their addresses.
 */
export function apiServerObjects(address: string, network: string): readonly Installed[] {
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { component: "apiserver", provider: "kubernetes" },
    },
    spec: {
      type: "ClusterIP",
      clusterIP: addressIn(network, kubernetesHost),
      ports: [{ name: "https", protocol: "TCP", port: 443, targetPort: apiServerPort }],
    },
  };
  const slice = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "kubernetes.io/service-name": "kubernetes" },
    },
    addressType: "IPv4",
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
    ports: [{ name: "https", protocol: "TCP", port: apiServerPort }],
  };
  const endpoints = {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: {
      name: "kubernetes",
      namespace: "default",
      labels: { "endpointslice.kubernetes.io/skip-mirror": "true" },
    },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: "https", port: apiServerPort, protocol: "TCP" }] }],
  };
  return [
    { ...core, resource: "services", namespace: "default", body: service },
    { ...core, resource: "endpoints", namespace: "default", body: endpoints },
    { group: "discovery.k8s.io", version: "v1", resource: "endpointslices", namespace: "default", body: slice },
  ];
}

const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success ${clusterDomain}
       disable denial ${clusterDomain}
    }
    loop
    reload
    loadbalance
}
`;

const configMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "coredns", namespace: system },
  data: { Corefile: corefile },
};

const serviceAccount = {
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name: "coredns", namespace: system },
};

const dnsMetadata = {
  name: "kube-dns",
  namespace: system,
  labels: { ...dnsLabels, "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS" },
  annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
};

function dnsService(network: string): JsonObject {
  const spec = {
    clusterIP: addressIn(network, dnsHost),
    selector: dnsLabels,
    ports: [
      { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
      { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
      { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
    ],
  };
  return { apiVersion: "v1", kind: "Service", metadata: dnsMetadata, spec };
}

const container = {
  name: "coredns",
  image: "registry.k8s.io/coredns/coredns:v1.11.3",
  imagePullPolicy: "IfNotPresent",
  args: ["-conf", "/etc/coredns/Corefile"],
  resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
  volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
  ports: [
    { name: "dns", containerPort: 53, protocol: "UDP" },
    { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
    { name: "metrics", containerPort: 9153, protocol: "TCP" },
  ],
  livenessProbe: {
    httpGet: { path: "/health", port: 8080, scheme: "HTTP" },
    initialDelaySeconds: 60,
    timeoutSeconds: 5,
    successThreshold: 1,
    failureThreshold: 5,
  },
  readinessProbe: { httpGet: { path: "/ready", port: 8181, scheme: "HTTP" } },
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
    readOnlyRootFilesystem: true,
  },
};

const apart = {
  weight: 100,
  podAffinityTerm: {
    labelSelector: { matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }] },
    topologyKey: "kubernetes.io/hostname",
  },
};

const podSpec = {
  priorityClassName: "system-cluster-critical",
  serviceAccountName: "coredns",
  affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [apart] } },
  tolerations: [
    { key: "CriticalAddonsOnly", operator: "Exists" },
    { key: "node-role.kubernetes.io/control-plane", effect: "NoSchedule" },
  ],
  nodeSelector: { "kubernetes.io/os": "linux" },
  containers: [container],
  dnsPolicy: "Default",
  volumes: [{ name: "config-volume", configMap: { name: "coredns", items: [{ key: "Corefile", path: "Corefile" }] } }],
};

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "coredns", namespace: system, labels: dnsLabels },
  spec: {
    replicas: 2,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: dnsLabels },
    template: { metadata: { labels: dnsLabels }, spec: podSpec },
  },
};

/** CoreDNS: its configuration, its account, its pods, and the Service in front of them. */
export function dnsObjects(network: string): readonly Installed[] {
  return [
    { ...core, resource: "configmaps", namespace: system, body: configMap },
    { ...core, resource: "serviceaccounts", namespace: system, body: serviceAccount },
    { group: "apps", version: "v1", resource: "deployments", namespace: system, body: deployment },
    { ...core, resource: "services", namespace: system, body: dnsService(network) },
  ];
}
