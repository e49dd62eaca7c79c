/**
 * The structs of the API groups beside core that the built kinds consist of, in the notation of notation.ts
 * (Kubernetes 1.32, api/apps/v1, api/coordination/v1, api/autoscaling/v1, api/policy/v1 and meta/v1 options).
 * Left out: groups without a built kind.
 * Invariant: names, order, omitempty and patch merge keys are those of the Go source.
 */

/** Workloads of `apps/v1`. */
export const APPS_STRUCTS = `
Deployment metadata!:ObjectMeta spec!:DeploymentSpec status!:DeploymentStatus
DeploymentSpec replicas:i? selector!:LabelSelector template!:PodTemplateSpec strategy!:DeploymentStrategy minReadySeconds:i revisionHistoryLimit:i? paused:b progressDeadlineSeconds:i?
DeploymentStrategy type rollingUpdate:RollingUpdateDeployment
RollingUpdateDeployment maxUnavailable:x? maxSurge:x?
DeploymentStatus observedGeneration:l replicas:i updatedReplicas:i readyReplicas:i availableReplicas:i unavailableReplicas:i conditions:[DeploymentCondition|type] collisionCount:i?
DeploymentCondition type! status! lastUpdateTime!:t lastTransitionTime!:t reason message
ReplicaSet metadata!:ObjectMeta spec!:ReplicaSetSpec status!:ReplicaSetStatus
ReplicaSetSpec replicas:i? minReadySeconds:i selector!:LabelSelector template!:PodTemplateSpec
ReplicaSetStatus replicas!:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i observedGeneration:l conditions:[ReplicaSetCondition|type]
ReplicaSetCondition type! status! lastTransitionTime!:t reason message
`;

/** Leases, scales, evictions and delete options. */
export const OTHER_STRUCTS = `
Lease metadata!:ObjectMeta spec!:LeaseSpec
LeaseSpec holderIdentity:s? leaseDurationSeconds:i? acquireTime:m? renewTime:m? leaseTransitions:i? strategy:s? preferredHolder:s?
Scale metadata!:ObjectMeta spec!:ScaleSpec status!:ScaleStatus
ScaleSpec replicas:i
ScaleStatus replicas!:i selector
Eviction metadata!:ObjectMeta deleteOptions:DeleteOptions
DeleteOptions gracePeriodSeconds:l? preconditions:Preconditions orphanDependents:b? propagationPolicy:s? dryRun:[s] ignoreStoreReadErrorWithClusterBreakingPotential:b?
Preconditions uid:s? resourceVersion:s?
`;
