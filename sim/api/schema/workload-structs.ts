/**
 * The structs of the workloads beside Deployment and ReplicaSet, in the notation of notation.ts
 * (Kubernetes 1.32, api/apps/v1, api/batch/v1 and api/core/v1 types.go).
 * Left out: nothing of these kinds.
 * Invariant: names, order, omitempty and patch merge keys are those of the Go source.
 */

/** StatefulSet, DaemonSet, ControllerRevision, ReplicationController, Job and CronJob. */
export const WORKLOAD_STRUCTS = `
StatefulSet metadata!:ObjectMeta spec!:StatefulSetSpec status!:StatefulSetStatus
StatefulSetSpec replicas:i? selector!:LabelSelector template!:PodTemplateSpec volumeClaimTemplates:[PersistentVolumeClaim] serviceName! podManagementPolicy updateStrategy!:StatefulSetUpdateStrategy revisionHistoryLimit:i? minReadySeconds:i persistentVolumeClaimRetentionPolicy:ClaimRetentionPolicy ordinals:StatefulSetOrdinals
StatefulSetUpdateStrategy type rollingUpdate:RollingUpdateStatefulSet
RollingUpdateStatefulSet partition:i? maxUnavailable:x?
ClaimRetentionPolicy whenDeleted whenScaled
StatefulSetOrdinals start!:i
StatefulSetStatus observedGeneration:l replicas!:i readyReplicas:i currentReplicas:i updatedReplicas:i currentRevision updateRevision collisionCount:i? conditions:[StatefulSetCondition|type] availableReplicas!:i
StatefulSetCondition type! status! lastTransitionTime!:t reason message
DaemonSet metadata!:ObjectMeta spec!:DaemonSetSpec status!:DaemonSetStatus
DaemonSetSpec selector!:LabelSelector template!:PodTemplateSpec updateStrategy!:DaemonSetUpdateStrategy minReadySeconds:i revisionHistoryLimit:i?
DaemonSetUpdateStrategy type rollingUpdate:RollingUpdateDaemonSet
RollingUpdateDaemonSet maxUnavailable:x? maxSurge:x?
DaemonSetStatus currentNumberScheduled!:i numberMisscheduled!:i desiredNumberScheduled!:i numberReady!:i observedGeneration:l updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount:i? conditions:[DaemonSetCondition|type]
DaemonSetCondition type! status! lastTransitionTime!:t reason message
ControllerRevision metadata!:ObjectMeta data:* revision!:l
ReplicationController metadata!:ObjectMeta spec!:ReplicationControllerSpec status!:ReplicationControllerStatus
ReplicationControllerSpec replicas:i? minReadySeconds:i selector:{s} template:PodTemplateSpec
ReplicationControllerStatus replicas!:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i observedGeneration:l conditions:[ReplicationControllerCondition|type]
ReplicationControllerCondition type! status! lastTransitionTime!:t reason message
Job metadata!:ObjectMeta spec!:JobSpec status!:JobStatus
JobSpec parallelism:i? completions:i? activeDeadlineSeconds:l? podFailurePolicy:PodFailurePolicy successPolicy:SuccessPolicy backoffLimit:i? backoffLimitPerIndex:i? maxFailedIndexes:i? selector:LabelSelector manualSelector:b? template!:PodTemplateSpec ttlSecondsAfterFinished:i? completionMode:s? suspend:b? podReplacementPolicy:s? managedBy:s?
PodFailurePolicy rules!:[PodFailurePolicyRule]
PodFailurePolicyRule action! onExitCodes:OnExitCodes onPodConditions:[OnPodCondition]
OnExitCodes containerName:s? operator! values!:[i]
OnPodCondition type! status!
SuccessPolicy rules!:[SuccessPolicyRule]
SuccessPolicyRule succeededIndexes:s? succeededCount:i?
JobStatus conditions:[JobCondition|type] startTime:t? completionTime:t? active:i succeeded:i failed:i terminating:i? completedIndexes failedIndexes:s? uncountedTerminatedPods:UncountedPods ready:i?
JobCondition type! status! lastProbeTime!:t lastTransitionTime!:t reason message
UncountedPods succeeded:[s] failed:[s]
`;
