/** What is behind a mark of a picture: an object's YAML, its events and the chain of causes; or what a process did last. */
import type { KubeObject } from "../../sim/api/types.ts";
import { type Cluster, journalLine } from "../../sim/index.ts";
import type { Answer, InspectorPart } from "./protocol.ts";

/** Writes a value as YAML. */
export type WriteYaml = (value: KubeObject) => string;

/** Kinds of which an object may be drawn that is gone by now. */
const known = new Set(["pod", "node", "deployment", "replicaset", "service", "endpointslice", "namespace"]);

const linesMax = 30;
const stepsBack = 100;

/** "pod" → "pods", as all kinds that views draw are spelt in URLs. */
function resourceOf(kind: string): string {
  if (/(s|ch|sh|x)$/.test(kind)) return `${kind}es`;
  return kind.endsWith("y") ? `${kind.slice(0, -1)}ies` : `${kind}s`;
}

/** The Events about an object, one line each, as they were last written. */
function eventLines(cluster: Cluster, kind: string, namespace: string, name: string): string {
  const about = cluster.list("events").filter(({ involvedObject: object }) => {
    const place = object.namespace === "" ? undefined : object.namespace;
    return object.kind?.toLowerCase() === kind && object.name === name && (place ?? "") === namespace;
  });
  const written = ({ metadata }: (typeof about)[number]): number => Number(metadata.resourceVersion ?? 0);
  const inOrder = about.toSorted((a, b) => written(a) - written(b));
  const lines = inOrder.map(({ type, reason, message, count = 1, source, reportingComponent }) => {
    const who = source?.component || reportingComponent || "unknown";
    return `${type ?? ""}  ${reason ?? ""}${count > 1 ? ` (×${count})` : ""}  ${who}: ${message ?? ""}`;
  });
  return lines.join("\n") || "None.";
}

/** The object of a key; undefined where nothing of that kind or name is stored. */
function objectOf(cluster: Cluster, kind: string, namespace: string, name: string): KubeObject | undefined {
  try {
    return cluster.get(resourceOf(kind), name, namespace) as KubeObject | undefined;
  } catch {
    return undefined;
  }
}

function inspectObject(cluster: Cluster, [kind, namespace, name]: readonly string[], yaml: WriteYaml): InspectorPart[] {
  const object = objectOf(cluster, kind!, namespace!, name!);
  if (object === undefined && !known.has(kind!)) return [];
  const why = String(cluster.why(`${kind}/${namespace}/${name}`));
  return [
    { heading: "YAML", text: object === undefined ? "It is not stored in the cluster at this step." : yaml(object) },
    { heading: "Events", text: eventLines(cluster, kind!, namespace!, name!) },
    { heading: "Why", text: why },
  ];
}

/** What a process or a machine is and did: for things that are no objects. */
function inspectActor(cluster: Cluster, id: string): InspectorPart[] | undefined {
  const snapshot = cluster.snapshot(stepsBack);
  const ofIt = snapshot.processes.filter((one) => one.id === id || one.machine === id);
  const machine = snapshot.machines.find((one) => one.name === id);
  if (ofIt.length === 0 && machine === undefined) return undefined;
  const ids = new Set(ofIt.map((one) => one.id));
  const lines = snapshot.journal.filter(({ actor }) => ids.has(actor)).map(journalLine);
  const states = ofIt.map((one) => `${one.id}: ${one.running ? one.doing || "running" : "not running"}`);
  const head = machine === undefined ? [] : [`${machine.role}, zone ${machine.zone}, ${machine.up ? "up" : "down"}`];
  return [
    { heading: "State", text: [...head, ...states].join("\n") },
    { heading: `Last ${stepsBack} steps`, text: lines.slice(-linesMax).reverse().join("\n") || "It did nothing." },
  ];
}

/** The object or actor that a mark's key names: "pod/default/web-1#uid", "process/kubelet/worker-1", "trouble/…". */
function partsOf(cluster: Cluster, key: string, yaml: WriteYaml): { title: string; parts: readonly InspectorPart[] } {
  const [plain = ""] = key.replace(/^(trouble|row|cell)\//, "").split("#");
  const words = plain.split("/");
  const actor = words[0] === "process" ? words.slice(1).join("/") : words[0] === "machine" ? (words[1] ?? "") : "";
  const title = actor === "" ? plain.replace("//", "/") : actor;
  const found = actor === "" ? undefined : inspectActor(cluster, actor);
  if (found !== undefined) return { title, parts: found };
  if (words.length === 3 && words[2] !== "") return { title, parts: inspectObject(cluster, words, yaml) };
  return { title, parts: [] };
}

/** The answer to a request to inspect a mark, at the cluster's present moment. Changes nothing. */
export function inspect(cluster: Cluster, key: string, yaml: WriteYaml): Answer {
  return { kind: "inspected", key, ...partsOf(cluster, key, yaml) };
}
