/**
 * The structs of Service (`core/v1`) and EndpointSlice (`discovery.k8s.io/v1`), in the notation of notation.ts
 * (Kubernetes 1.32, api/core/v1/types.go and api/discovery/v1/types.go).
 * Left out: nothing; Endpoints are in policy-structs.ts.
 * Invariant: names, order, omitempty and patch merge keys are those of the Go source.
 */

/** Services and endpoint slices. */
export const NETWORK_STRUCTS = `
Service metadata!:ObjectMeta spec!:ServiceSpec status!:ServiceStatus
ServiceSpec ports:[ServicePort|port] selector:{s} clusterIP clusterIPs:[s] type externalIPs:[s] sessionAffinity loadBalancerIP loadBalancerSourceRanges:[s] externalName externalTrafficPolicy healthCheckNodePort:i publishNotReadyAddresses:b sessionAffinityConfig:SessionAffinityConfig ipFamilies:[s] ipFamilyPolicy:s? allocateLoadBalancerNodePorts:b? loadBalancerClass:s? internalTrafficPolicy:s? trafficDistribution:s?
ServicePort name protocol appProtocol:s? port!:i targetPort!:x nodePort:i
SessionAffinityConfig clientIP:ClientIPConfig
ClientIPConfig timeoutSeconds:i?
ServiceStatus loadBalancer!:LoadBalancerStatus conditions:[Condition|type]
LoadBalancerStatus ingress:[LoadBalancerIngress]
LoadBalancerIngress ip hostname ipMode:s? ports:[PortStatus]
PortStatus port!:i protocol! error:s?
Condition type! status! observedGeneration:l lastTransitionTime!:t reason! message!
EndpointSlice metadata!:ObjectMeta addressType! endpoints!:[SliceEndpoint] ports!:[SlicePort]
SliceEndpoint addresses!:[s] conditions!:SliceEndpointConditions hostname:s? targetRef:ObjectReference deprecatedTopology:{s} nodeName:s? zone:s? hints:EndpointHints
SliceEndpointConditions ready:b? serving:b? terminating:b?
EndpointHints forZones:[ForZone]
ForZone name!
SlicePort name:s? protocol:s? port:i? appProtocol:s?
`;
