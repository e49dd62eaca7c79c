/**
 * The container part of a pod: `core/v1` Container, its probes, ports, environment, resources and security context
 * (Kubernetes 1.32, api/core/v1/types.go).
 * Left out as typed fields: volume devices, resize policy, SELinux options; they are carried along untyped.
 * Invariant: plain immutable JSON; quantities are the text a client wrote, in canonical form once stored.
 */
import type { JsonObject } from "../types.ts";

/** Amounts by resource name ("cpu", "memory", …), as quantity text. */
export type ResourceList = Readonly<Record<string, string>>;

/** What a container asks for (`requests`, used by the scheduler) and may not exceed (`limits`, used by the runtime). */
export interface ResourceRequirements {
  readonly limits?: ResourceList;
  readonly requests?: ResourceList;
  readonly claims?: readonly { readonly name: string; readonly request?: string }[];
}

/** A port that a container says it listens on; only `hostPort` and `name` have an effect. */
export interface ContainerPort {
  readonly name?: string;
  readonly hostPort?: number;
  readonly containerPort: number;
  readonly protocol?: "TCP" | "UDP" | "SCTP";
  readonly hostIP?: string;
}

/** An environment variable with a literal value or a source. */
export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: JsonObject;
}

/** What a probe or lifecycle hook does; exactly one member is present. */
export interface ProbeHandler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: {
    readonly path?: string;
    readonly port: number | string;
    readonly host?: string;
    readonly scheme?: string;
    readonly httpHeaders?: readonly { readonly name: string; readonly value: string }[];
  };
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly grpc?: { readonly port: number; readonly service?: string };
}

/** A periodic check of a container; times are in seconds. */
export interface Probe extends ProbeHandler {
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds?: number;
  readonly periodSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  readonly terminationGracePeriodSeconds?: number;
}

/** Where a volume of the pod appears in the container. */
export interface VolumeMount {
  readonly name: string;
  readonly readOnly?: boolean;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly subPathExpr?: string;
  readonly mountPropagation?: string;
}

/** One container of a pod; init and ephemeral containers have the same shape. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly ContainerPort[];
  readonly envFrom?: readonly JsonObject[];
  readonly env?: readonly EnvVar[];
  readonly resources?: ResourceRequirements;
  readonly restartPolicy?: "Always";
  readonly volumeMounts?: readonly VolumeMount[];
  readonly livenessProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly startupProbe?: Probe;
  readonly lifecycle?: { readonly postStart?: LifecycleHandler; readonly preStop?: LifecycleHandler };
  readonly terminationMessagePath?: string;
  readonly terminationMessagePolicy?: "File" | "FallbackToLogsOnError";
  readonly imagePullPolicy?: "Always" | "IfNotPresent" | "Never";
  readonly securityContext?: JsonObject;
  readonly stdin?: boolean;
  readonly stdinOnce?: boolean;
  readonly tty?: boolean;
}

/** What runs right after a container's start or before its end. */
export interface LifecycleHandler extends ProbeHandler {
  readonly sleep?: { readonly seconds: number };
}
