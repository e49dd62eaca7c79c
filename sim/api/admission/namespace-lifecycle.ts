/**
 * NamespaceLifecycle: nothing is created in a namespace that does not exist or is on its way out
 * (Kubernetes 1.32, apiserver pkg/admission/plugin/namespace/lifecycle/admission.go).
 * Left out: the plugin's own cache and its wait for a namespace that is not yet seen.
 * Invariant: only creation is refused; updates of what is there go on.
 */
import { storageKey } from "../kinds/kind.ts";
import { type Namespace, namespaceKind } from "../kinds/namespace.ts";
import { Refusal } from "../pipeline/handling.ts";
import { forbiddenError, notFoundError } from "../status-error.ts";
import type { AdmissionPlugin } from "./chain.ts";

/** The plugin. */
export const namespaceLifecycle: AdmissionPlugin = {
  name: "NamespaceLifecycle",
  resource: "*",
  operations: ["CREATE"],
  admit(object, { kind, reader, request }) {
    if (!kind.namespaced) return { object, verdict: "" };
    const name = request.namespace!;
    const stored = reader.get(storageKey(namespaceKind, undefined, name));
    if (!stored) throw new Refusal(notFoundError({ group: "", resource: "namespaces" }, name));
    const namespace = stored.value as Namespace;
    if (namespace.status?.phase !== "Terminating") return { object, verdict: "" };
    const message = `namespace ${name} is being terminated`;
    throw new Refusal(
      forbiddenError(
        kind,
        object.metadata.name ?? "",
        `unable to create new content in namespace ${name} because it is being terminated`,
        [{ reason: "NamespaceTerminating", message, field: "metadata.namespace" }],
      ),
    );
  },
};
