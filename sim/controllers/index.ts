/**
 * The loops of kube-controller-manager.
 * Source: Kubernetes 1.32, cmd/kube-controller-manager/app/controllermanager.go (NewControllerDescriptors), whose order
 * this is.
 * Left out: the loops that are not listed here.
 * Invariant: controllers never call each other; they meet at the API server.
 */
import type { Controller } from "../client/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import { endpointSliceController } from "./endpoint-slice/controller.ts";
import { garbageCollector } from "./garbage-collector/controller.ts";
import { namespaceController } from "./namespace.ts";
import { nodeLifecycleController } from "./node-lifecycle/controller.ts";
import { podGarbageCollector } from "./pod-garbage-collector.ts";
import { replicaSetController } from "./replicaset/controller.ts";
import { rootCaPublisher } from "./root-ca-publisher.ts";
import { serviceAccountController } from "./serviceaccount.ts";
import { taintEvictionController } from "./taint-eviction.ts";

/** All loops, in the order in which upstream starts them. */
export const kubeControllers: readonly Controller[] = [
  endpointSliceController,
  podGarbageCollector,
  namespaceController,
  serviceAccountController,
  garbageCollector,
  deploymentController,
  replicaSetController,
  nodeLifecycleController,
  rootCaPublisher,
  taintEvictionController,
];
