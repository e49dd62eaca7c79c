/**
 * `core/v1` ConfigMap (Kubernetes 1.32, pkg/registry/core/configmap): its type and its registration.
 * Left out: nothing.
 * Invariant: the data of an immutable ConfigMap never changes.
 */
import { configMapPrinter } from "../tables/cluster-columns.ts";
import type { KubeObject } from "../types.ts";
import { dnsSubdomain } from "../validation/names.ts";
import { validateConfigMap, validateConfigMapUpdate } from "../validation/small-kinds.ts";
import type { Kind } from "./kind.ts";

/** A ConfigMap. */
export interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
  readonly immutable?: boolean;
}

/** The kind ConfigMap. */
export const configMapKind: Kind<ConfigMap> = {
  group: "",
  version: "v1",
  resource: "configmaps",
  kind: "ConfigMap",
  singular: "configmap",
  shortNames: ["cm"],
  categories: [],
  namespaced: true,
  subresources: [],
  storagePrefix: "/registry/configmaps",
  struct: "ConfigMap",
  nameRule: dnsSubdomain,
  strategy: { validate: validateConfigMap, validateUpdate: validateConfigMapUpdate },
  printer: configMapPrinter,
};
