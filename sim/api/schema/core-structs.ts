/**
 * The structs of `core/v1` and `meta/v1` that the built kinds consist of, in the notation of notation.ts
 * (Kubernetes 1.32, api/core/v1/types.go and apimachinery meta/v1/types.go).
 * Left out: fields behind feature gates that 1.32 has off by default; cloud volume sources are opaque.
 * Invariant: names, order, omitempty and patch merge keys are those of the Go source.
 */

/** Object metadata, selectors and what several kinds share. */
export const META_STRUCTS = `
ObjectMeta name generateName namespace selfLink uid resourceVersion generation:l creationTimestamp!:t deletionTimestamp:t? deletionGracePeriodSeconds:l? labels:{s} annotations:{s} ownerReferences:[OwnerReference|uid] finalizers:[s|] managedFields:[ManagedFieldsEntry]
OwnerReference apiVersion! kind! name! uid! controller:b? blockOwnerDeletion:b?
ManagedFieldsEntry manager operation apiVersion time:t? fieldsType fieldsV1:* subresource
LabelSelector matchLabels:{s} matchExpressions:[LabelSelectorRequirement]
LabelSelectorRequirement key! operator! values:[s]
ObjectReference kind namespace name uid apiVersion resourceVersion fieldPath
LocalObjectReference name
`;

/** A pod's desired half. */
export const POD_SPEC_STRUCTS = `
PodTemplateSpec metadata!:ObjectMeta spec!:PodSpec
PodSpec volumes:[Volume|name] initContainers:[Container|name] containers!:[Container|name] ephemeralContainers:[EphemeralContainer|name] restartPolicy terminationGracePeriodSeconds:l? activeDeadlineSeconds:l? dnsPolicy nodeSelector:{s} serviceAccountName serviceAccount automountServiceAccountToken:b? nodeName hostNetwork:b hostPID:b hostIPC:b shareProcessNamespace:b? securityContext:PodSecurityContext imagePullSecrets:[LocalObjectReference|name] hostname subdomain affinity:Affinity schedulerName tolerations:[Toleration] hostAliases:[HostAlias|ip] priorityClassName priority:i? dnsConfig:PodDNSConfig readinessGates:[PodReadinessGate] runtimeClassName:s? enableServiceLinks:b? preemptionPolicy:s? overhead:{q} topologySpreadConstraints:[TopologySpreadConstraint|topologyKey] setHostnameAsFQDN:b? os:PodOS hostUsers:b? schedulingGates:[PodSchedulingGate|name] resourceClaims:[PodResourceClaim|name] resources:ResourceRequirements
Container name! image command:[s] args:[s] workingDir ports:[ContainerPort|containerPort] envFrom:[EnvFromSource] env:[EnvVar|name] resources!:ResourceRequirements resizePolicy:[ContainerResizePolicy] restartPolicy:s? volumeMounts:[VolumeMount|mountPath] volumeDevices:[VolumeDevice|devicePath] livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:Lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext:SecurityContext stdin:b stdinOnce:b tty:b
EphemeralContainer name! image command:[s] args:[s] workingDir ports:[ContainerPort|containerPort] envFrom:[EnvFromSource] env:[EnvVar|name] resources!:ResourceRequirements resizePolicy:[ContainerResizePolicy] restartPolicy:s? volumeMounts:[VolumeMount|mountPath] volumeDevices:[VolumeDevice|devicePath] livenessProbe:Probe readinessProbe:Probe startupProbe:Probe lifecycle:Lifecycle terminationMessagePath terminationMessagePolicy imagePullPolicy securityContext:SecurityContext stdin:b stdinOnce:b tty:b targetContainerName
ContainerPort name hostPort:i containerPort!:i protocol hostIP
EnvFromSource prefix configMapRef:ConfigMapEnvSource secretRef:SecretEnvSource
ConfigMapEnvSource name optional:b?
SecretEnvSource name optional:b?
EnvVar name! value valueFrom:EnvVarSource
EnvVarSource fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector configMapKeyRef:ConfigMapKeySelector secretKeyRef:SecretKeySelector
ObjectFieldSelector apiVersion fieldPath!
ResourceFieldSelector containerName resource! divisor!:q
ConfigMapKeySelector name key! optional:b?
SecretKeySelector name key! optional:b?
ResourceRequirements limits:{q} requests:{q} claims:[ResourceClaim]
ResourceClaim name! request
ContainerResizePolicy resourceName! restartPolicy!
VolumeMount name! readOnly:b recursiveReadOnly:s? mountPath! subPath mountPropagation:s? subPathExpr
VolumeDevice name! devicePath!
Probe exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction grpc:GRPCAction initialDelaySeconds:i timeoutSeconds:i periodSeconds:i successThreshold:i failureThreshold:i terminationGracePeriodSeconds:l?
Lifecycle postStart:LifecycleHandler preStop:LifecycleHandler
LifecycleHandler exec:ExecAction httpGet:HTTPGetAction tcpSocket:TCPSocketAction sleep:SleepAction
ExecAction command:[s]
HTTPGetAction path port!:x host scheme httpHeaders:[HTTPHeader]
HTTPHeader name! value!
TCPSocketAction port!:x host
GRPCAction port!:i service!:s?
SleepAction seconds!:l
SecurityContext capabilities:Capabilities privileged:b? seLinuxOptions:SELinuxOptions windowsOptions:* runAsUser:l? runAsGroup:l? runAsNonRoot:b? readOnlyRootFilesystem:b? allowPrivilegeEscalation:b? procMount:s? seccompProfile:SeccompProfile appArmorProfile:SeccompProfile
Capabilities add:[s] drop:[s]
SELinuxOptions user role type level
SeccompProfile type! localhostProfile:s?
PodSecurityContext seLinuxOptions:SELinuxOptions windowsOptions:* runAsUser:l? runAsGroup:l? runAsNonRoot:b? supplementalGroups:[l] supplementalGroupsPolicy:s? fsGroup:l? sysctls:[Sysctl] fsGroupChangePolicy:s? seccompProfile:SeccompProfile appArmorProfile:SeccompProfile seLinuxChangePolicy:s?
Sysctl name! value!
Toleration key operator value effect tolerationSeconds:l?
HostAlias ip! hostnames:[s]
PodDNSConfig nameservers:[s] searches:[s] options:[PodDNSConfigOption]
PodDNSConfigOption name value:s?
PodReadinessGate conditionType!
PodOS name!
PodSchedulingGate name!
PodResourceClaim name! resourceClaimName:s? resourceClaimTemplateName:s?
TopologySpreadConstraint maxSkew!:i topologyKey! whenUnsatisfiable! labelSelector:LabelSelector minDomains:i? nodeAffinityPolicy:s? nodeTaintsPolicy:s? matchLabelKeys:[s]
Affinity nodeAffinity:NodeAffinity podAffinity:PodAffinity podAntiAffinity:PodAffinity
NodeAffinity requiredDuringSchedulingIgnoredDuringExecution:NodeSelector preferredDuringSchedulingIgnoredDuringExecution:[PreferredSchedulingTerm]
PreferredSchedulingTerm weight!:i preference!:NodeSelectorTerm
NodeSelector nodeSelectorTerms!:[NodeSelectorTerm]
NodeSelectorTerm matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]
NodeSelectorRequirement key! operator! values:[s]
PodAffinity requiredDuringSchedulingIgnoredDuringExecution:[PodAffinityTerm] preferredDuringSchedulingIgnoredDuringExecution:[WeightedPodAffinityTerm]
WeightedPodAffinityTerm weight!:i podAffinityTerm!:PodAffinityTerm
PodAffinityTerm labelSelector:LabelSelector namespaces:[s] topologyKey! namespaceSelector:LabelSelector matchLabelKeys:[s] mismatchLabelKeys:[s]
`;

/** Volumes and their sources. */
export const VOLUME_STRUCTS = `
Volume name! hostPath:HostPathVolumeSource emptyDir:EmptyDirVolumeSource gcePersistentDisk:* awsElasticBlockStore:* gitRepo:* secret:SecretVolumeSource nfs:NFSVolumeSource iscsi:* glusterfs:* persistentVolumeClaim:PersistentVolumeClaimVolumeSource rbd:* flexVolume:* cinder:* cephfs:* flocker:* downwardAPI:DownwardAPIVolumeSource fc:* azureFile:* configMap:ConfigMapVolumeSource vsphereVolume:* quobyte:* azureDisk:* photonPersistentDisk:* projected:ProjectedVolumeSource portworxVolume:* scaleIO:* storageos:* csi:CSIVolumeSource ephemeral:* image:*
HostPathVolumeSource path! type:s?
EmptyDirVolumeSource medium sizeLimit:q?
SecretVolumeSource secretName items:[KeyToPath] defaultMode:i? optional:b?
NFSVolumeSource server! path! readOnly:b
PersistentVolumeClaimVolumeSource claimName! readOnly:b
CSIVolumeSource driver! readOnly:b? fsType:s? volumeAttributes:{s} nodePublishSecretRef:LocalObjectReference
DownwardAPIVolumeSource items:[DownwardAPIVolumeFile] defaultMode:i?
DownwardAPIVolumeFile path! fieldRef:ObjectFieldSelector resourceFieldRef:ResourceFieldSelector mode:i?
ConfigMapVolumeSource name items:[KeyToPath] defaultMode:i? optional:b?
KeyToPath key! path! mode:i?
ProjectedVolumeSource sources!:[VolumeProjection] defaultMode:i?
VolumeProjection secret:SecretProjection downwardAPI:DownwardAPIProjection configMap:ConfigMapProjection serviceAccountToken:ServiceAccountTokenProjection clusterTrustBundle:*
SecretProjection name items:[KeyToPath] optional:b?
ConfigMapProjection name items:[KeyToPath] optional:b?
DownwardAPIProjection items:[DownwardAPIVolumeFile]
ServiceAccountTokenProjection audience expirationSeconds:l? path!
`;

/** A pod's observed half. */
export const POD_STATUS_STRUCTS = `
Pod metadata!:ObjectMeta spec!:PodSpec status!:PodStatus
PodStatus phase conditions:[PodCondition|type] message reason nominatedNodeName hostIP hostIPs:[HostIP|ip] podIP podIPs:[PodIP|ip] startTime:t? initContainerStatuses:[ContainerStatus] containerStatuses:[ContainerStatus] qosClass ephemeralContainerStatuses:[ContainerStatus] resize resourceClaimStatuses:*
PodCondition type! status! lastProbeTime!:t lastTransitionTime!:t reason message
HostIP ip!
PodIP ip!
ContainerStatus name! state!:ContainerState lastState!:ContainerState ready!:b restartCount!:i image! imageID! containerID started:b? allocatedResources:{q} resources:ResourceRequirements volumeMounts:[VolumeMountStatus|mountPath] user:* allocatedResourcesStatus:*
VolumeMountStatus name! mountPath! readOnly:b recursiveReadOnly:s?
ContainerState waiting:ContainerStateWaiting running:ContainerStateRunning terminated:ContainerStateTerminated
ContainerStateWaiting reason message
ContainerStateRunning startedAt!:t
ContainerStateTerminated exitCode!:i signal:i reason message startedAt!:t finishedAt!:t containerID
`;

/** Nodes, namespaces, events, configuration and accounts. */
export const CORE_KIND_STRUCTS = `
Node metadata!:ObjectMeta spec!:NodeSpec status!:NodeStatus
NodeSpec podCIDR podCIDRs:[s|] providerID unschedulable:b taints:[Taint] configSource:* externalID
Taint key! value effect! timeAdded:t?
NodeStatus capacity:{q} allocatable:{q} phase conditions:[NodeCondition|type] addresses:[NodeAddress|type] daemonEndpoints!:NodeDaemonEndpoints nodeInfo!:NodeSystemInfo images:[ContainerImage] volumesInUse:[s] volumesAttached:[AttachedVolume] config:* runtimeHandlers:[NodeRuntimeHandler] features:*
NodeCondition type! status! lastHeartbeatTime!:t lastTransitionTime!:t reason message
NodeAddress type! address!
NodeDaemonEndpoints kubeletEndpoint!:DaemonEndpoint
DaemonEndpoint Port!:i
NodeSystemInfo machineID! systemUUID! bootID! kernelVersion! osImage! containerRuntimeVersion! kubeletVersion! kubeProxyVersion! operatingSystem! architecture!
ContainerImage names:[s] sizeBytes:l
AttachedVolume name! devicePath!
NodeRuntimeHandler name! features:*
Namespace metadata!:ObjectMeta spec!:NamespaceSpec status!:NamespaceStatus
NamespaceSpec finalizers:[s]
NamespaceStatus phase conditions:[NamespaceCondition|type]
NamespaceCondition type! status! lastTransitionTime!:t reason message
Event metadata!:ObjectMeta involvedObject!:ObjectReference reason message source!:EventSource firstTimestamp!:t lastTimestamp!:t count:i type eventTime!:m series:EventSeries action related:ObjectReference reportingComponent! reportingInstance!
EventSource component host
EventSeries count:i lastObservedTime!:m
ConfigMap metadata!:ObjectMeta data:{s} binaryData:{y} immutable:b?
ServiceAccount metadata!:ObjectMeta secrets:[ObjectReference|name] imagePullSecrets:[LocalObjectReference] automountServiceAccountToken:b?
Binding metadata!:ObjectMeta target!:ObjectReference
`;
