/**
 * Which pods each Service selects, kept up with every change that the process sees.
 * Models the pod lister with a label selector, and upstream's cache of prepared selectors (Kubernetes 1.32,
 * staging/src/k8s.io/endpointslice/util/controller_utils.go), at a cost that follows the change instead of the namespace.
 * Left out: nothing.
 * Invariant: once a Service has been counted, its members are the pods of its namespace that its selector selects.
 */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { KubeObject } from "../../api/types.ts";
import { keyOf } from "../../client/controller.ts";
import { listAll, lookUp } from "../../client/lister.ts";
import type { Io } from "../../time/component.ts";

type Selector = Readonly<Record<string, string>>;

interface CountedRow {
  readonly epoch: number;
  readonly selector: Selector;
}

const separator = "\u0000";

function counted(io: Io) {
  return io.table<CountedRow>("endpointslice selectors");
}

function membersOf(io: Io) {
  return io.sorted<1>("endpointslice members");
}

function rowKey(io: Io, key: string): string {
  return `${io.self}|${key}`;
}

function spanOf(io: Io, key: string): readonly [string, string] {
  const from = `${rowKey(io, key)}${separator}`;
  return [from, `${from.slice(0, -1)}\u0001`];
}

/** The selector of a Service for which slices are made; undefined for those that others look after. */
export function selectorOf({ spec }: Service): Selector | undefined {
  if (spec.type === "ExternalName" || spec.selector === undefined) return undefined;
  return Object.keys(spec.selector).length === 0 ? undefined : spec.selector;
}

function hasAll(selector: Selector, labels: Selector | undefined): boolean {
  for (const name in selector) if (labels?.[name] !== selector[name]) return false;
  return true;
}

function sameLabels(a: Selector | undefined, b: Selector | undefined): boolean {
  return a === b || (hasAll(a ?? {}, b) && hasAll(b ?? {}, a));
}

/** Services by one label that their selector asks for: only those can select a pod that has it. */
function byLabel(io: Io) {
  return io.sorted<1>("endpointslice services by label");
}

function labelSpan(io: Io, namespace: string, label: string, value: string): string {
  return [io.self, namespace, label, value, ""].join(separator);
}

/** Takes a Service in, or a change of it: by which label it is found. */
export function indexSelector(io: Io, service: Service | undefined, previous: Service | undefined): void {
  for (const [one, isNew] of [
    [previous, false],
    [service, true],
  ] as const) {
    const [label, value] = Object.entries((one && selectorOf(one)) ?? {})[0] ?? [];
    if (one === undefined || label === undefined || value === undefined) continue;
    const entry = labelSpan(io, one.metadata.namespace ?? "", label, value) + one.metadata.name;
    if (isNew) byLabel(io).set(entry, 1);
    else byLabel(io).delete(entry);
  }
}

/** The Services of a pod's namespace that select these labels, by key. */
function selecting(io: Io, namespace: string, labels: Selector | undefined): string[] {
  const keys: string[] = [];
  for (const label in labels) {
    const from = labelSpan(io, namespace, label, labels[label] ?? "");
    for (const [entry] of byLabel(io).range(from, `${from.slice(0, -1)}\u0001`)) {
      const service = lookUp<Service>(io, "services", namespace, entry.slice(from.length));
      const selector = service && selectorOf(service);
      if (selector !== undefined && hasAll(selector, labels)) keys.push(`${namespace}/${entry.slice(from.length)}`);
    }
  }
  return keys.sort();
}

/** A pod has come, gone, or has other labels: the Services that this concerns, those that lose it too. */
export function takePod(io: Io, pod: KubeObject, previous: KubeObject | undefined, gone: boolean): readonly string[] {
  const { namespace = "", name, labels } = pod.metadata;
  const after = selecting(io, namespace, labels);
  const isSame = previous !== undefined && sameLabels(previous.metadata.labels, labels);
  const before = previous === undefined || isSame ? [] : selecting(io, namespace, previous.metadata.labels);
  for (const key of before) if (!after.includes(key)) membersOf(io).delete(`${spanOf(io, key)[0]}${name}`);
  for (const key of after) {
    if (gone) membersOf(io).delete(`${spanOf(io, key)[0]}${name}`);
    else if (!isSame && isCounted(io, key)) membersOf(io).set(`${spanOf(io, key)[0]}${name}`, 1);
  }
  return [...new Set([...before, ...after])];
}

function isCounted(io: Io, key: string): boolean {
  return counted(io).get(rowKey(io, key))?.epoch === io.epoch;
}

/** The pods that a Service selects, by name; counted anew at first use and after a change of the selector. */
export function selectedPods(io: Io, service: Service, selector: Selector): Pod[] {
  const key = keyOf(service);
  const { namespace = "" } = service.metadata;
  const [from, to] = spanOf(io, key);
  const row = counted(io).get(rowKey(io, key));
  if (row?.epoch !== io.epoch || !sameLabels(row.selector, selector)) {
    dropMembers(io, key);
    for (const { metadata } of listAll<Pod>(io, "pods", namespace)) {
      if (hasAll(selector, metadata.labels)) membersOf(io).set(`${from}${metadata.name}`, 1);
    }
    counted(io).set(rowKey(io, key), { epoch: io.epoch, selector });
  }
  const pods: Pod[] = [];
  for (const [name] of membersOf(io).range(from, to)) {
    const pod = lookUp<Pod>(io, "pods", namespace, name.slice(from.length));
    if (pod !== undefined) pods.push(pod);
  }
  return pods;
}

/** Forgets the members of a Service: it is gone, or selects others now. */
export function dropMembers(io: Io, key: string): void {
  for (const [name] of [...membersOf(io).range(...spanOf(io, key))]) membersOf(io).delete(name);
  counted(io).delete(rowKey(io, key));
}
