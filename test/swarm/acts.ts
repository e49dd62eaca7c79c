/** Doing the acts of a plan to a lab: finding what an act is about, and the operations that it comes to. */
import type { JsonObject, KubeObject } from "../../sim/api/types.ts";
import type { Cut } from "../../sim/time/links.ts";
import type { Lab } from "./lab.ts";
import { daemonSet, deployment, job, podSpec, service, serviceForm, statefulSet } from "./objects.ts";
import { type Act, namespaces, type SetResource } from "./plan.ts";

const core = { group: "", version: "v1" } as const;
const apps = { group: "apps", version: "v1" } as const;
const batch = { group: "batch", version: "v1" } as const;

function servedIn(resource: string) {
  if (resource === "jobs") return batch;
  return ["deployments", "statefulsets", "daemonsets"].includes(resource) ? apps : core;
}

/** The nth of them, counted round; undefined if there are none. */
function one<T>(all: readonly T[], n: number): T | undefined {
  return all[n % Math.max(1, all.length)];
}

/** Does one act now. */
export function perform(lab: Lab, act: Act): void {
  if (!processFault(lab, act) && !otherFault(lab, act) && !podRequest(lab, act) && !nodeRequest(lab, act))
    if (!serviceRequest(lab, act) && !setRequest(lab, act)) deploymentRequest(lab, act);
}

function processFault(lab: Lab, act: Act): boolean {
  if (act.act === "start") {
    const ended = lab.processes.filter((id) => lab.world.processes.get(id)?.running !== true);
    const process = one(ended, act.process);
    if (process !== undefined) lab.fault({ kind: "start process", process });
    return true;
  }
  if (act.act !== "kill" && act.act !== "bounce") return false;
  const process = one(act.central ? lab.central : lab.processes, act.process) as string;
  lab.fault({ kind: "kill process", process });
  if (act.act === "bounce") lab.fault({ kind: "start process", process });
  return true;
}

function otherFault(lab: Lab, act: Act): boolean {
  switch (act.act) {
    case "stop machine":
    case "reboot": {
      const machine = one(lab.machines, act.machine) as string;
      lab.fault({ kind: "stop machine", machine });
      if (act.act === "reboot") lab.fault({ kind: "start machine", machine });
      return true;
    }
    case "start machine": {
      const down = lab.machines.filter((name) => lab.world.machines.get(name)?.up !== true);
      const machine = one(down, act.machine);
      if (machine !== undefined) lab.fault({ kind: "start machine", machine });
      return true;
    }
    case "cut": {
      const a = one(lab.ends, act.a) as string;
      const b = one(act.central ? [...lab.central, "master-1"] : lab.ends, act.b) as string;
      if (a !== b) lab.fault({ kind: "cut link", between: [a, b] });
      return true;
    }
    case "heal": {
      const cut = one([...lab.world.table<Cut>("links").entries()], act.a);
      if (cut !== undefined) lab.fault({ kind: "heal link", between: cut[1] });
      return true;
    }
    default:
      return false;
  }
}

type Resource = "deployments" | "pods" | "nodes" | "services" | SetResource;

function patch(lab: Lab, resource: Resource, which: number, body: (target: KubeObject) => JsonObject): boolean {
  const target = one(lab.objects(resource), which);
  if (target === undefined) return true;
  const { name, namespace } = target.metadata;
  const base = servedIn(resource);
  const place = { resource, name, ...(namespace !== undefined && { namespace }) };
  lab.send({ ...base, ...place, verb: "patch", patchType: "strategic", body: body(target) });
  return true;
}

function remove(lab: Lab, resource: Resource, which: number, options: JsonObject): boolean {
  const target = one(lab.objects(resource), which);
  if (target === undefined) return true;
  const { name, namespace } = target.metadata;
  const base = servedIn(resource);
  lab.send({ ...base, resource, name, ...(namespace !== undefined && { namespace }), verb: "delete", ...options });
  return true;
}

function create(lab: Lab, resource: string, namespace: string | undefined, body: JsonObject): boolean {
  const base = servedIn(resource);
  lab.send({ ...base, resource, verb: "create", ...(namespace !== undefined && { namespace }), body });
  return true;
}

function podRequest(lab: Lab, act: Act): boolean {
  switch (act.act) {
    case "create pod": {
      const body = { apiVersion: "v1", kind: "Pod", metadata: { name: act.name }, spec: podSpec(act.kind, act.policy) };
      return create(lab, "pods", namespaces[act.namespace], body);
    }
    case "delete pod":
      return remove(lab, "pods", act.which, act.grace === undefined ? {} : { gracePeriodSeconds: act.grace });
    case "label pod":
      return patch(lab, "pods", act.which, () => ({ metadata: { labels: { app: `free-${act.which % 4}` } } }));
    default:
      return false;
  }
}

/** The swarm's own Services; those that the cluster began with are left alone. */
function serviceRequest(lab: Lab, act: Act): boolean {
  switch (act.act) {
    case "create service":
      return create(lab, "services", namespaces[act.namespace], service(act.name, act.app, act.form));
    case "change service":
      return patch(lab, "services", act.which, ({ metadata }) => ({
        spec: isOwn(metadata.name) ? serviceForm(act.form) : {},
      }));
    case "delete service": {
      const target = one(lab.objects("services"), act.which);
      return target === undefined || !isOwn(target.metadata.name) || remove(lab, "services", act.which, {});
    }
    default:
      return false;
  }
}

const isOwn = (name: string) => /^s\d+$/.test(name);

function nodeRequest(lab: Lab, act: Act): boolean {
  switch (act.act) {
    case "create namespace": {
      const metadata = { name: namespaces[act.namespace] as string };
      return create(lab, "namespaces", undefined, { apiVersion: "v1", kind: "Namespace", metadata });
    }
    case "delete namespace":
      lab.send({ ...core, resource: "namespaces", verb: "delete", name: namespaces[act.namespace] as string });
      return true;
    case "cordon":
      return patch(lab, "nodes", act.which, () => ({ spec: { unschedulable: true } }));
    case "label node":
      return patch(lab, "nodes", act.which, () => ({ metadata: { labels: { disk: `d${act.which % 3}` } } }));
    case "taint": {
      const taints = [{ key: "swarm", value: "x", effect: act.effect ?? "NoSchedule" }];
      return patch(lab, "nodes", act.which, () => ({ spec: { taints } }));
    }
    case "untaint":
      lab.untaint();
      return true;
    case "delete node":
      return remove(lab, "nodes", act.which, {});
    default:
      return false;
  }
}

function imageBody(target: KubeObject, image: string): JsonObject {
  type Templated = {
    readonly spec: { readonly template: { readonly spec: { readonly containers: { name: string }[] } } };
  };
  const { containers } = (target as KubeObject & Templated).spec.template.spec;
  return { spec: { template: { spec: { containers: containers.map(({ name }) => ({ name, image })) } } } };
}

function setRequest(lab: Lab, act: Act): boolean {
  switch (act.act) {
    case "create set":
      return create(
        lab,
        "statefulsets",
        namespaces[act.namespace],
        statefulSet(act.name, act.kind, act.replicas, act.form),
      );
    case "create daemon set":
      return create(lab, "daemonsets", namespaces[act.namespace], daemonSet(act.name, act.form));
    case "create job":
      return create(lab, "jobs", namespaces[act.namespace], job(act.name, act.kind, act.completions, act.form));
    case "scale set":
      return patch(lab, "statefulsets", act.which, () => ({ spec: { replicas: act.replicas } }));
    case "set image of set":
      return patch(lab, act.resource, act.which, (target) => imageBody(target, `nginx:1.${20 + (act.which % 5)}`));
    case "delete set": {
      const target = one(lab.objects(act.resource), act.which);
      // What kubeadm has installed is no toy of the swarm.
      if (target === undefined || target.metadata.namespace === "kube-system") return true;
      const propagationPolicy = act.which % 3 === 0 ? "Foreground" : "Background";
      return remove(lab, act.resource, act.which, { propagationPolicy });
    }
    default:
      return false;
  }
}

function deploymentRequest(lab: Lab, act: Act): boolean {
  switch (act.act) {
    case "create deployment": {
      const body = deployment(act.name, act.kind, act.replicas, act.strategy);
      return create(lab, "deployments", namespaces[act.namespace], body);
    }
    case "scale":
      return patch(lab, "deployments", act.which, () => ({ spec: { replicas: act.replicas } }));
    case "set image":
      return patch(lab, "deployments", act.which, (target) => imageBody(target, act.image));
    case "undo":
      return patch(lab, "deployments", act.which, (target) => imageBody(target, "nginx:1.27"));
    case "restart": {
      const metadata = { annotations: { restarted: String(lab.world.now) } };
      return patch(lab, "deployments", act.which, () => ({ spec: { template: { metadata } } }));
    }
    case "delete deployment": {
      const propagationPolicy = act.which % 3 === 0 ? "Foreground" : "Background";
      return remove(lab, "deployments", act.which, { propagationPolicy });
    }
    default:
      return false;
  }
}
