/**
 * All kinds that are served, found by resource or by kind; the schema that decodes them
 * (Kubernetes 1.32, the RESTMapper and the API groups' storage providers). A further kind is one file and one line here.
 * Left out: several served versions of one kind.
 * Invariant: resource names are unique within a group.
 */
import {
  CORE_KIND_STRUCTS,
  META_STRUCTS,
  POD_SPEC_STRUCTS,
  POD_STATUS_STRUCTS,
  VOLUME_STRUCTS,
} from "../schema/core-structs.ts";
import { APPS_STRUCTS, OTHER_STRUCTS } from "../schema/group-structs.ts";
import { NETWORK_STRUCTS } from "../schema/network-structs.ts";
import { Schema } from "../schema/notation.ts";
import type { KubeObject } from "../types.ts";
import { configMapKind } from "./config-map.ts";
import { deploymentKind } from "./deployment.ts";
import { endpointSliceKind } from "./endpoint-slice.ts";
import { eventKind } from "./event.ts";
import type { Kind } from "./kind.ts";
import { leaseKind } from "./lease.ts";
import { namespaceKind } from "./namespace.ts";
import { nodeKind } from "./node.ts";
import { podKind } from "./pod.ts";
import { replicaSetKind } from "./replicaset.ts";
import { serviceKind } from "./service.ts";
import { serviceAccountKind } from "./service-account.ts";

/** Every kind, in the order of discovery. */
export const KINDS: readonly Kind[] = [
  configMapKind,
  eventKind,
  namespaceKind,
  nodeKind,
  podKind,
  serviceAccountKind,
  serviceKind,
  deploymentKind,
  replicaSetKind,
  leaseKind,
  endpointSliceKind,
] as readonly Kind<KubeObject>[];

/** The structs of all kinds. */
export const KUBE_SCHEMA = new Schema(
  META_STRUCTS,
  POD_SPEC_STRUCTS,
  VOLUME_STRUCTS,
  POD_STATUS_STRUCTS,
  CORE_KIND_STRUCTS,
  APPS_STRUCTS,
  OTHER_STRUCTS,
  NETWORK_STRUCTS,
);

const byResource = new Map(KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.resource}`, kind]));
const byKind = new Map(KINDS.map((kind) => [`${kind.group}/${kind.version}/${kind.kind}`, kind]));

/** The kind behind a resource in a URL, undefined if it is not served. */
export function findResource(group: string, version: string, resource: string): Kind | undefined {
  return byResource.get(`${group}/${version}/${resource}`);
}

/** The kind of an object, by its `apiVersion` ("v1", "apps/v1") and `kind`. */
export function findKind(apiVersion: string, kind: string): Kind | undefined {
  return byKind.get(apiVersion.includes("/") ? `${apiVersion}/${kind}` : `/${apiVersion}/${kind}`);
}
