/**
 * The table of nodes (Kubernetes 1.32, pkg/printers/internalversion/printers.go printNode).
 * Left out: nothing.
 * Invariant: roles are sorted.
 */
import type { Printer } from "../kinds/kind.ts";
import type { Node } from "../kinds/node.ts";
import { AGE, NAME, NONE, text, wide } from "./columns.ts";
import { ageOf } from "./duration.ts";

const ROLE_PREFIX = "node-role.kubernetes.io/";
const ROLE_LABEL = "kubernetes.io/role";

function statusOf({ spec, status }: Node): string {
  const ready = status?.conditions?.find((condition) => condition.type === "Ready");
  const word = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return spec.unschedulable ? `${word},SchedulingDisabled` : word;
}

function rolesOf({ metadata }: Node): string {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE_PREFIX) && key.length > ROLE_PREFIX.length) roles.add(key.slice(ROLE_PREFIX.length));
    else if (key === ROLE_LABEL && value !== "") roles.add(value);
  }
  return [...roles].sort().join(",") || NONE;
}

/** Status, roles and version; addresses and software in wide output. */
export const nodePrinter: Printer<Node> = {
  columns: [
    NAME,
    text("Status", "Whether the node is ready, and whether it takes new pods."),
    text("Roles", "From labels of the node."),
    AGE,
    text("Version", "The kubelet's version."),
    wide(text("Internal-IP", "The node's address inside the cluster.")),
    wide(text("External-IP", "The node's address outside, if it has one.")),
    wide(text("OS-Image", "The operating system.")),
    wide(text("Kernel-Version", "The Linux kernel's version.")),
    wide(text("Container-Runtime", "The container runtime's version.")),
  ],
  cells(node, nowSeconds) {
    const { metadata, status } = node;
    const address = (type: string) => status?.addresses?.find((one) => one.type === type)?.address ?? NONE;
    const software = (name: string) => status?.nodeInfo?.[name] || "<unknown>";
    return [
      metadata.name,
      statusOf(node),
      rolesOf(node),
      ageOf(metadata.creationTimestamp, nowSeconds),
      status?.nodeInfo?.kubeletVersion ?? "",
      address("InternalIP"),
      address("ExternalIP"),
      software("osImage"),
      software("kernelVersion"),
      software("containerRuntimeVersion"),
    ];
  },
};
