/**
 * The structs of Secret, PersistentVolume, PersistentVolumeClaim (`core/v1`) and StorageClass (`storage.k8s.io/v1`), in the
 * notation of notation.ts (Kubernetes 1.32, api/core/v1/types.go and api/storage/v1/types.go).
 * Left out: volume sources of clouds and storage arrays are opaque.
 * Invariant: names, order, omitempty and patch merge keys are those of the Go source.
 */

/** Secrets, volumes, claims and classes. */
export const STORAGE_STRUCTS = `
Secret metadata!:ObjectMeta immutable:b? data:{y} stringData:{s} type
PersistentVolume metadata!:ObjectMeta spec!:PersistentVolumeSpec status!:PersistentVolumeStatus
PersistentVolumeSpec capacity:{q} gcePersistentDisk:* awsElasticBlockStore:* hostPath:HostPathVolumeSource glusterfs:* nfs:NFSVolumeSource rbd:* iscsi:* cinder:* cephfs:* fc:* flocker:* flexVolume:* azureFile:* vsphereVolume:* quobyte:* azureDisk:* photonPersistentDisk:* portworxVolume:* scaleIO:* local:LocalVolumeSource storageos:* csi:CSIPersistentVolumeSource accessModes:[s] claimRef:ObjectReference persistentVolumeReclaimPolicy storageClassName mountOptions:[s] volumeMode:s? nodeAffinity:VolumeNodeAffinity volumeAttributesClassName:s?
LocalVolumeSource path! fsType:s?
CSIPersistentVolumeSource driver! volumeHandle! readOnly:b fsType volumeAttributes:{s} controllerPublishSecretRef:SecretReference nodeStageSecretRef:SecretReference nodePublishSecretRef:SecretReference controllerExpandSecretRef:SecretReference nodeExpandSecretRef:SecretReference
SecretReference name namespace
VolumeNodeAffinity required:NodeSelector
PersistentVolumeStatus phase message reason lastPhaseTransitionTime:t?
PersistentVolumeClaim metadata!:ObjectMeta spec!:PersistentVolumeClaimSpec status!:PersistentVolumeClaimStatus
PersistentVolumeClaimSpec accessModes:[s] selector:LabelSelector resources!:VolumeResourceRequirements volumeName storageClassName:s? volumeMode:s? dataSource:TypedLocalObjectReference dataSourceRef:TypedObjectReference volumeAttributesClassName:s?
VolumeResourceRequirements limits:{q} requests:{q}
TypedLocalObjectReference apiGroup!:s? kind! name!
TypedObjectReference apiGroup!:s? kind! name! namespace:s?
PersistentVolumeClaimStatus phase accessModes:[s] capacity:{q} conditions:[PersistentVolumeClaimCondition|type] allocatedResources:{q} allocatedResourceStatuses:{s} currentVolumeAttributesClassName:s? modifyVolumeStatus:ModifyVolumeStatus
PersistentVolumeClaimCondition type! status! lastProbeTime:t lastTransitionTime:t reason message
ModifyVolumeStatus targetVolumeAttributesClassName status!
StorageClass metadata!:ObjectMeta provisioner! parameters:{s} reclaimPolicy:s? mountOptions:[s] allowVolumeExpansion:b? volumeBindingMode:s? allowedTopologies:[TopologySelectorTerm]
TopologySelectorTerm matchLabelExpressions:[TopologySelectorLabelRequirement]
TopologySelectorLabelRequirement key! values!:[s]
`;
