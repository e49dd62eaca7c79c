/**
 * `core/v1` Namespace (Kubernetes 1.32, pkg/registry/core/namespace): its type and its registration.
 * Left out: nothing; emptying a terminating namespace is the namespace controller's work.
 * Invariant: a namespace with the finalizer "kubernetes" in its spec is Terminating after a delete, and gone only when
 * the finalize subresource has taken the finalizer away.
 */
import { namespacePrinter } from "../tables/cluster-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsLabel } from "../validation/names.ts";
import type { Kind } from "./kind.ts";

/** One condition of a Namespace, such as NamespaceContentRemaining. */
export interface NamespaceCondition {
  readonly type: string;
  readonly status: "True" | "False" | "Unknown";
  readonly lastTransitionTime?: string | null;
  readonly reason?: string;
  readonly message?: string;
}

/** A Namespace. */
export interface Namespace extends KubeObject {
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: {
    readonly phase?: "Active" | "Terminating";
    readonly conditions?: readonly NamespaceCondition[];
  };
}

const NAME_LABEL = "kubernetes.io/metadata.name";

function labelWithName(namespace: Namespace): Namespace {
  const { name, labels } = namespace.metadata;
  if (!name || labels?.[NAME_LABEL] === name) return namespace;
  return { ...namespace, metadata: { ...namespace.metadata, labels: { ...labels, [NAME_LABEL]: name } } };
}

/** The kind Namespace. */
export const namespaceKind: Kind<Namespace> = {
  group: "",
  version: "v1",
  resource: "namespaces",
  kind: "Namespace",
  singular: "namespace",
  shortNames: ["ns"],
  categories: [],
  namespaced: false,
  subresources: ["status", "finalize"],
  storagePrefix: "/registry/namespaces",
  struct: "Namespace",
  nameRule: dnsLabel,
  returnsDeleted: true,
  withoutDeleteCollection: true,
  strategy: {
    defaults: labelWithName,
    prepareForCreate: (namespace) => ({
      ...namespace,
      spec: {
        finalizers: ["kubernetes", ...(namespace.spec?.finalizers ?? []).filter((name) => name !== "kubernetes")],
      },
      status: { phase: "Active" },
    }),
    prepareForUpdate: (next, previous) => ({ ...next, spec: previous.spec ?? {}, status: previous.status ?? {} }),
    prepareForStatusUpdate: (next, previous) => ({ ...next, spec: previous.spec ?? {} }),
  },
  printer: namespacePrinter,
  fieldLabels: {
    name: (namespace) => namespace.metadata.name,
    "status.phase": (namespace) => namespace.status?.phase ?? "",
  },
};
