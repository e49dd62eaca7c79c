/**
 * The structs of routing, access, quota, policy and scheduling kinds, in the notation of notation.ts (Kubernetes 1.32,
 * api/{networking,rbac,policy,scheduling,node,storage,autoscaling,batch}/*\/types.go and api/core/v1/types.go).
 * Left out: metrics of autoscalers other than resources are opaque.
 * Invariant: names, order, omitempty and patch merge keys are those of the Go source.
 */

/** Ingresses and network policies. */
export const ROUTING_STRUCTS = `
Ingress metadata!:ObjectMeta spec!:IngressSpec status!:IngressStatus
IngressSpec ingressClassName:s? defaultBackend:IngressBackend tls:[IngressTLS] rules:[IngressRule]
IngressBackend service:IngressServiceBackend resource:TypedLocalObjectReference
IngressServiceBackend name! port!:ServiceBackendPort
ServiceBackendPort name number:i
IngressTLS hosts:[s] secretName
IngressRule host http:HTTPIngressRuleValue
HTTPIngressRuleValue paths!:[HTTPIngressPath]
HTTPIngressPath path pathType!:s? backend!:IngressBackend
IngressStatus loadBalancer!:IngressLoadBalancerStatus
IngressLoadBalancerStatus ingress:[IngressLoadBalancerIngress]
IngressLoadBalancerIngress ip hostname ports:[IngressPortStatus]
IngressPortStatus port!:i protocol! error:s?
IngressClass metadata!:ObjectMeta spec!:IngressClassSpec
IngressClassSpec controller parameters:IngressClassParametersReference
IngressClassParametersReference apiGroup:s? kind! name! scope!:s? namespace:s?
NetworkPolicy metadata!:ObjectMeta spec!:NetworkPolicySpec
NetworkPolicySpec podSelector!:LabelSelector ingress:[NetworkPolicyIngressRule] egress:[NetworkPolicyEgressRule] policyTypes:[s]
NetworkPolicyIngressRule ports:[NetworkPolicyPort] from:[NetworkPolicyPeer]
NetworkPolicyEgressRule ports:[NetworkPolicyPort] to:[NetworkPolicyPeer]
NetworkPolicyPort protocol:s? port:x? endPort:i?
NetworkPolicyPeer podSelector:LabelSelector namespaceSelector:LabelSelector ipBlock:IPBlock
IPBlock cidr! except:[s]
Endpoints metadata!:ObjectMeta subsets:[EndpointSubset]
EndpointSubset addresses:[EndpointAddress] notReadyAddresses:[EndpointAddress] ports:[EndpointPort]
EndpointAddress ip! hostname nodeName:s? targetRef:ObjectReference
EndpointPort name port!:i protocol appProtocol:s?
`;

/** Access, quotas, policies and classes. */
export const POLICY_STRUCTS = `
Role metadata!:ObjectMeta rules!:[PolicyRule]
ClusterRole metadata!:ObjectMeta rules!:[PolicyRule] aggregationRule:AggregationRule
AggregationRule clusterRoleSelectors:[LabelSelector]
PolicyRule verbs!:[s] apiGroups:[s] resources:[s] resourceNames:[s] nonResourceURLs:[s]
RoleBinding metadata!:ObjectMeta subjects:[Subject] roleRef!:RoleRef
ClusterRoleBinding metadata!:ObjectMeta subjects:[Subject] roleRef!:RoleRef
Subject kind! apiGroup name! namespace
RoleRef apiGroup! kind! name!
LimitRange metadata!:ObjectMeta spec!:LimitRangeSpec
LimitRangeSpec limits!:[LimitRangeItem]
LimitRangeItem type! max:{q} min:{q} default:{q} defaultRequest:{q} maxLimitRequestRatio:{q}
ResourceQuota metadata!:ObjectMeta spec!:ResourceQuotaSpec status!:ResourceQuotaStatus
ResourceQuotaSpec hard:{q} scopes:[s] scopeSelector:ScopeSelector
ScopeSelector matchExpressions:[ScopedResourceSelectorRequirement]
ScopedResourceSelectorRequirement scopeName! operator! values:[s]
ResourceQuotaStatus hard:{q} used:{q}
PodDisruptionBudget metadata!:ObjectMeta spec!:PodDisruptionBudgetSpec status!:PodDisruptionBudgetStatus
PodDisruptionBudgetSpec minAvailable:x? selector:LabelSelector maxUnavailable:x? unhealthyPodEvictionPolicy:s?
PodDisruptionBudgetStatus observedGeneration:l disruptedPods:{t} disruptionsAllowed!:i currentHealthy!:i desiredHealthy!:i expectedPods!:i conditions:[Condition|type]
PriorityClass metadata!:ObjectMeta value!:i globalDefault:b description preemptionPolicy:s?
RuntimeClass metadata!:ObjectMeta handler! overhead:Overhead scheduling:Scheduling
Overhead podFixed:{q}
Scheduling nodeSelector:{s} tolerations:[Toleration]
CSIDriver metadata!:ObjectMeta spec!:CSIDriverSpec
CSIDriverSpec attachRequired:b? podInfoOnMount:b? volumeLifecycleModes:[s|] storageCapacity:b? fsGroupPolicy:s? tokenRequests:[CSITokenRequest] requiresRepublish:b? seLinuxMount:b?
CSITokenRequest audience! expirationSeconds:l?
PodTemplate metadata!:ObjectMeta template!:PodTemplateSpec
CronJob metadata!:ObjectMeta spec!:CronJobSpec status!:CronJobStatus
CronJobSpec schedule! timeZone:s? startingDeadlineSeconds:l? concurrencyPolicy suspend:b? jobTemplate!:JobTemplateSpec successfulJobsHistoryLimit:i? failedJobsHistoryLimit:i?
JobTemplateSpec metadata!:ObjectMeta spec!:JobSpec
CronJobStatus active:[ObjectReference] lastScheduleTime:t? lastSuccessfulTime:t?
HorizontalPodAutoscaler metadata!:ObjectMeta spec!:HorizontalPodAutoscalerSpec status!:HorizontalPodAutoscalerStatus
HorizontalPodAutoscalerSpec scaleTargetRef!:CrossVersionObjectReference minReplicas:i? maxReplicas!:i metrics:[MetricSpec] behavior:HorizontalPodAutoscalerBehavior
OldHorizontalPodAutoscaler metadata!:ObjectMeta spec!:OldHorizontalPodAutoscalerSpec
OldHorizontalPodAutoscalerSpec scaleTargetRef!:CrossVersionObjectReference minReplicas:i? maxReplicas!:i targetCPUUtilizationPercentage:i?
CrossVersionObjectReference kind! name! apiVersion
MetricSpec type! object:* pods:* resource:ResourceMetricSource containerResource:* external:*
ResourceMetricSource name! target!:MetricTarget
MetricTarget type! value:q? averageValue:q? averageUtilization:i?
HorizontalPodAutoscalerBehavior scaleUp:HPAScalingRules scaleDown:HPAScalingRules
HPAScalingRules stabilizationWindowSeconds:i? selectPolicy:s? policies:[HPAScalingPolicy]
HPAScalingPolicy type! value!:i periodSeconds!:i
HorizontalPodAutoscalerStatus observedGeneration:l? lastScaleTime:t? currentReplicas:i desiredReplicas!:i currentMetrics!:* conditions:[HorizontalPodAutoscalerCondition|type]
HorizontalPodAutoscalerCondition type! status! lastTransitionTime:t reason message
`;
