/**
 * Which lists of built-in kinds are merged by a key rather than replaced: the `patchStrategy` and `patchMergeKey` tags
 * of k8s.io/api 1.32, keyed by the field's own name. Where one name means different things, the parent field decides.
 */
const KEY_OF_LIST: ReadonlyMap<string, string> = new Map(
  Object.entries({
    addresses: "type",
    conditions: "type",
    containers: "name",
    env: "name",
    ephemeralContainers: "name",
    hostAliases: "ip",
    hostIPs: "ip",
    imagePullSecrets: "name",
    initContainers: "name",
    ownerReferences: "uid",
    podIPs: "ip",
    resourceClaims: "name",
    schedulingGates: "name",
    topologySpreadConstraints: "topologyKey",
    volumeDevices: "devicePath",
    volumeMounts: "mountPath",
    volumes: "name",
  }),
);

/** Lists of plain values that are merged as sets. */
const SETS: readonly string[] = ["finalizers"];

/** Objects whose other fields go when one is given, such as a Deployment's strategy: `patchStrategy: retainKeys`. */
const RETAIN_KEYS: readonly string[] = ["strategy", "volumes"];

/** The key by which a list's items are matched; undefined when the list is replaced as a whole. `path` are the field names down to it. */
export function mergeKeyOf(path: readonly string[], kind: string): string | undefined {
  const [parent, field] = [path[path.length - 2], path[path.length - 1] ?? ""];
  if (field === "ports") {
    if (kind === "Service" && parent === "spec") return "port";
    return parent === "containers" || parent === "initContainers" || parent === "ephemeralContainers"
      ? "containerPort"
      : undefined;
  }
  if (field === "secrets") return kind === "ServiceAccount" ? "name" : undefined;
  if (field === "imagePullSecrets" && kind === "ServiceAccount") return undefined;
  if (field === "addresses" && kind !== "Node") return undefined;
  return KEY_OF_LIST.get(field);
}

/** Whether a list of plain values is merged as a set. */
export function isMergedSet(path: readonly string[]): boolean {
  return SETS.includes(path[path.length - 1] ?? "");
}

/** Whether an object's patch must name the keys that stay. */
export function retainsKeys(path: readonly string[]): boolean {
  return RETAIN_KEYS.includes(path[path.length - 1] ?? "");
}
