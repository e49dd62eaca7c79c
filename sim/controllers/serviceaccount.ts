/**
 * The service account controller: a ServiceAccount `default` in each active namespace.
 * Source: Kubernetes 1.32, pkg/controller/serviceaccount/serviceaccounts_controller.go.
 * Left out: nothing.
 * Invariant: pods can be made in a namespace only after this, since admission wants their service account to exist.
 */
import type { Namespace } from "../api/kinds/namespace.ts";
import type { ApiResponse } from "../api/types.ts";
import type { Controller, ControllerContext } from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { lookUp } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import { createOf, serviceAccounts } from "./request-forms.ts";
import { finishWrite, mayReconcile, requestSync, type SyncContext, sendWrite } from "./syncs.ts";

const name = "serviceaccount-controller";
const account = "default";

/** Gives every namespace its default ServiceAccount. */
export const serviceAccountController: Controller = {
  name,
  resources: ["serviceaccounts", "namespaces"],
  changed(io: Io, { type, resource, object }: Change): void {
    const { name: own, namespace = "" } = object.metadata;
    if (resource === "namespaces") {
      if (type !== "DELETED") requestSync(io, name, own);
    } else if (type === "DELETED" && own === account) requestSync(io, name, namespace);
  },
  reconcile(io: Io, key: string): void {
    if (!mayReconcile(io, name, key)) return;
    if (lookUp<Namespace>(io, "namespaces", "", key)?.status?.phase !== "Active") return;
    if (lookUp(io, "serviceaccounts", key, account) !== undefined) return;
    const object = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace: key } };
    sendWrite(io, name, key, createOf(serviceAccounts, object));
    io.note("create", `serviceaccount/${key}/${account}`, "", "every namespace has a default service account");
  },
  answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
    const done = response !== undefined && (response.code < 400 || response.code === 409 || response.code === 403);
    finishWrite(io, context as SyncContext, response, !done);
  },
};
