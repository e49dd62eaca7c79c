/**
 * `core/v1` Secret (Kubernetes 1.32, pkg/registry/core/secret): its type and its registration.
 * Left out: encryption at rest.
 * Invariant: what is stored has no `stringData`; its entries are in `data`, in base64, and win over entries of the same key.
 */
import { mergeTextEntries } from "../defaults/secret.ts";
import { secretPrinter } from "../tables/storage-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateSecret, validateSecretUpdate } from "../validation/secret.ts";
import type { Kind } from "./kind.ts";

/** A Secret; `data` holds base64 text. */
export interface Secret extends KubeObject {
  readonly immutable?: boolean;
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
  readonly type?: string;
}

/** The kind Secret. */
export const secretKind: Kind<Secret> = {
  group: "",
  version: "v1",
  resource: "secrets",
  kind: "Secret",
  singular: "secret",
  shortNames: [],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/secrets",
  struct: "Secret",
  nameRule: dnsSubdomain,
  strategy: { defaults: mergeTextEntries, validate: validateSecret, validateUpdate: validateSecretUpdate },
  printer: secretPrinter,
  fieldLabels: { type: (secret) => secret.type ?? "" },
};
