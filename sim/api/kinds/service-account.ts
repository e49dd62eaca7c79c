/**
 * `core/v1` ServiceAccount (Kubernetes 1.32, pkg/registry/core/serviceaccount): its type and its registration.
 * Left out: nothing.
 * Invariant: none beside those of all kinds.
 */
import { serviceAccountPrinter } from "../tables/cluster-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import type { Kind } from "./kind.ts";

/** A ServiceAccount: the identity of pods. */
export interface ServiceAccount extends KubeObject {
  readonly secrets?: readonly { readonly name?: string }[];
  readonly imagePullSecrets?: readonly { readonly name?: string }[];
  readonly automountServiceAccountToken?: boolean;
}

/** The kind ServiceAccount. */
export const serviceAccountKind: Kind<ServiceAccount> = {
  group: "",
  version: "v1",
  resource: "serviceaccounts",
  kind: "ServiceAccount",
  singular: "serviceaccount",
  shortNames: ["sa"],
  categories: [],
  namespaced: true,
  subresources: ["token"],
  storagePrefix: "/registry/serviceaccounts",
  struct: "ServiceAccount",
  nameRule: dnsSubdomain,
  returnsDeleted: true,
  strategy: {},
  printer: serviceAccountPrinter,
};
