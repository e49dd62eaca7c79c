/**
 * The root CA certificate publisher: a ConfigMap `kube-root-ca.crt` in each active namespace, by which pods trust the API
 * server.
 * Source: Kubernetes 1.32, pkg/controller/certificates/rootcacertpublisher/publisher.go.
 * Left out: a real certificate: nothing in the simulation is encrypted, so the text only has the form of one.
 * Invariant: whatever a client writes into the ConfigMap is put right again.
 */
import type { ConfigMap } from "../api/kinds/config-map.ts";
import type { Namespace } from "../api/kinds/namespace.ts";
import { equalJson } from "../api/schema/equal-json.ts";
import type { ApiResponse } from "../api/types.ts";
import type { Controller, ControllerContext } from "../client/controller.ts";
import type { Change } from "../client/informer.ts";
import { lookUp } from "../client/lister.ts";
import type { Io } from "../time/component.ts";
import { configMaps, createOf, updateOf } from "./request-forms.ts";
import { finishWrite, mayReconcile, requestSync, type SyncContext, sendWrite } from "./syncs.ts";

const name = "root-ca-certificate-publisher-controller";
const configMapName = "kube-root-ca.crt";

const annotations: Readonly<Record<string, string>> = {
  "kubernetes.io/description":
    "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
};

const certificate =
  "-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVkIGNlcnRpZmljYXRlIGF1dGhvcml0eQ==\n-----END CERTIFICATE-----\n";
const published: Readonly<Record<string, string>> = { "ca.crt": certificate };

/** Publishes the cluster's certificate authority to every namespace. */
export const rootCaPublisher: Controller = {
  name,
  resources: ["configmaps", "namespaces"],
  changed(io: Io, { type, resource, object }: Change): void {
    const { name: own, namespace = "" } = object.metadata;
    if (resource === "namespaces") {
      if (type !== "DELETED") requestSync(io, name, own);
    } else if (own === configMapName && (type === "DELETED" || !isRight(object as ConfigMap)))
      requestSync(io, name, namespace);
  },
  reconcile(io: Io, key: string): void {
    if (!mayReconcile(io, name, key)) return;
    if (lookUp<Namespace>(io, "namespaces", "", key)?.status?.phase !== "Active") return;
    const found = lookUp<ConfigMap>(io, "configmaps", key, configMapName);
    const metadata = { name: configMapName, namespace: key, annotations };
    if (found === undefined) {
      const object = { apiVersion: "v1", kind: "ConfigMap", metadata, data: published };
      sendWrite(io, name, key, createOf(configMaps, object));
      io.note(
        "create",
        `configmap/${key}/${configMapName}`,
        "",
        "every namespace gets the cluster's certificate authority",
      );
    } else if (!isRight(found)) {
      const next: ConfigMap = {
        ...found,
        data: published,
        metadata: { ...found.metadata, annotations: { ...found.metadata.annotations, ...annotations } },
      };
      sendWrite(io, name, key, updateOf(configMaps, next));
      io.note(
        "update",
        `configmap/${key}/${configMapName}`,
        "",
        "the certificate authority was changed by somebody else",
      );
    }
  },
  answered(io: Io, context: ControllerContext, response: ApiResponse | undefined): void {
    const done = response !== undefined && (response.code < 400 || response.code === 409 || response.code === 403);
    finishWrite(io, context as SyncContext, response, !done);
  },
};

function isRight(configMap: ConfigMap): boolean {
  const description = "kubernetes.io/description";
  return (
    equalJson(configMap.data, published) && configMap.metadata.annotations?.[description] === annotations[description]
  );
}
