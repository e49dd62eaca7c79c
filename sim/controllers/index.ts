/**
 * The loops of kube-controller-manager.
 * Source: Kubernetes 1.32, cmd/kube-controller-manager/app/controllermanager.go (NewControllerDescriptors), whose order
 * this is.
 * Left out: the loops that are not listed here.
 * Invariant: controllers never call each other; they meet at the API server.
 */
import type { Controller } from "../client/controller.ts";
import { daemonSetController } from "./daemonset/controller.ts";
import { deploymentController } from "./deployment/controller.ts";
import { disruptionController } from "./disruption/controller.ts";
import { endpointSliceController } from "./endpoint-slice/controller.ts";
import { endpointsController } from "./endpoints/controller.ts";
import { garbageCollector } from "./garbage-collector/controller.ts";
import { jobController } from "./job/controller.ts";
import { namespaceController } from "./namespace.ts";
import { nodeLifecycleController } from "./node-lifecycle/controller.ts";
import { podGarbageCollector } from "./pod-garbage-collector.ts";
import { replicaSetController, replicationController } from "./replicaset/controller.ts";
import { rootCaPublisher } from "./root-ca-publisher.ts";
import { serviceAccountController } from "./serviceaccount.ts";
import { statefulSetController } from "./statefulset/controller.ts";
import { taintEvictionController } from "./taint-eviction.ts";
import { ttlAfterFinishedController } from "./ttl-after-finished.ts";
import { volumeBinder } from "./volume/binder.ts";
import { claimProtectionController, volumeProtectionController } from "./volume/protection.ts";

/** All loops, in the order in which upstream starts them. */
export const kubeControllers: readonly Controller[] = [
  endpointsController,
  endpointSliceController,
  replicationController,
  podGarbageCollector,
  namespaceController,
  serviceAccountController,
  garbageCollector,
  daemonSetController,
  jobController,
  deploymentController,
  replicaSetController,
  statefulSetController,
  disruptionController,
  nodeLifecycleController,
  rootCaPublisher,
  taintEvictionController,
  volumeBinder,
  claimProtectionController,
  volumeProtectionController,
  ttlAfterFinishedController,
];
