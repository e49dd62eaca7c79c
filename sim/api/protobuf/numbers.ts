/**
 * Which number each field of the schema's structs has in the protobuf form of the API
 * (Kubernetes 1.32, api/<group>/v1/generated.proto and apimachinery pkg/apis/meta/v1/generated.proto).
 * One struct a line: its name, then the numbers of its fields in the order of the schema's table; `2:1-4` are fields 1 to 4 of a message
 * that Go embeds, itself field 2. A struct without a line has the numbers 1, 2, 3 … in the order of its table.
 * Invariant: as many numbers as the struct has fields.
 */
import type { Field, Struct } from "../schema/notation.ts";

const NUMBERS = `
SubjectAccessReviewStatus 1 4 2-3
ObjectMeta 1-14 17
OwnerReference 5 1 3-4 6-7
ManagedFieldsEntry 1-4 6-8
PodSpec 1 20 2 34 3-9 21 10-13 27 14-19 22-26 28-33 35-40
Container 1-6 19 7-8 23-24 9 21 10-11 22 12-13 20 14-18
EphemeralContainer 1:1-6 1:19 1:7-8 1:23-24 1:9 1:21 1:10-11 1:22 1:12-13 1:20 1:14-18 2
ConfigMapEnvSource 1:1 2
SecretEnvSource 1:1 2
ConfigMapKeySelector 1:1 2-3
SecretKeySelector 1:1 2-3
VolumeMount 1-2 7 3-6
Probe 1:1-4 2-7
SecurityContext 1-3 10 4 8 5-7 9 11-12
PodSecurityContext 1 8 2 6 3-4 12 5 7 9-11 13
PodResourceClaim 1 3-4
Volume 1 2:1-23 2:26 2:24-25 2:27-30
ConfigMapVolumeSource 1:1 2-4
SecretProjection 1:1 2 4
ConfigMapProjection 1:1 2 4
PodStatus 1-4 11 5 16 6 12 7 10 8-9 13-15
NodeSpec 1 7 3-6 2
NamespaceCondition 1-2 4-6
DeploymentSpec 1-7 9
DeploymentStatus 1-3 7 4-6 8
DeploymentCondition 1-2 6-7 4-5
ReplicaSetSpec 1 4 2-3
ReplicaSetStatus 1-2 4-5 3 6
ServiceSpec 1-3 18 4-5 7-14 19 17 20-23
ServicePort 1-2 6 3-5
EndpointSlice 1 4 2-3
Secret 1 5 2 4 3
PersistentVolumeSpec 1 2:1-22 3-10
PersistentVolumeClaimSpec 1 4 2-3 5-9
PersistentVolumeClaimStatus 1-5 7-9
IngressSpec 4 1-3
IngressBackend 4 3
IngressRule 1 2:1
HTTPIngressPath 1 3 2
IngressLoadBalancerIngress 1-2 4
EndpointAddress 1 3-4 2
CronJobSpec 1 8 2-7
CronJobStatus 1 4-5
MetricSpec 1-4 7 5
HPAScalingRules 3 1-2
StatefulSetStatus 1-7 9-11
DaemonSetSpec 1-4 6
ReplicationControllerSpec 1 4 2-3
ReplicationControllerStatus 1-2 4-5 3 6
JobSpec 1-3 11 16 7 12-13 4-6 8-10 14-15
JobStatus 1-6 11 7 10 8-9
`;

/** A message: its fields by number; an embedded one has fields of its own. */
export type ProtoFields = ReadonlyMap<number, Field | ProtoFields>;

const lines = new Map(
  NUMBERS.trim()
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]),
);

const known = new Map<Struct, ProtoFields>();

/** The fields of a struct by their numbers. */
export function protoFields(struct: Struct): ProtoFields {
  const found = known.get(struct);
  if (found !== undefined) return found;
  const fields = new Map<number, Field | Map<number, Field>>();
  const line = lines.get(struct.name);
  const places = line === undefined ? struct.fields.map((_, index) => [0, index + 1] as const) : placesOf(line);
  places.forEach(([outer, number], index) => {
    const field = struct.fields[index];
    if (field === undefined) return;
    if (outer === 0) fields.set(number, field);
    else {
      const inner = (fields.get(outer) as Map<number, Field> | undefined) ?? new Map<number, Field>();
      fields.set(outer, inner.set(number, field));
    }
  });
  known.set(struct, fields);
  return fields;
}

/** The places of a line: the number of the embedding field (0: none), then the field's own. */
function placesOf(line: string): readonly (readonly [number, number])[] {
  return line.split(" ").flatMap((part) => {
    const [outer, range] = part.includes(":") ? (part.split(":") as [string, string]) : ["0", part];
    const [first, last = first] = range.split("-").map(Number) as [number, number?];
    return Array.from({ length: last - first + 1 }, (_, index) => [Number(outer), first + index] as const);
  });
}

/** The structs that have a line; for a test that counts. */
export const numberedStructs: readonly string[] = [...lines.keys()];

/** How many numbers the line of a struct has. */
export function countOfNumbers(struct: string): number {
  return placesOf(lines.get(struct) ?? "").length;
}
