/**
 * What the swarm found, each as the shortest story that shows it: a fault at one exact moment, and what must come of it.
 */
import { describe, expect, it } from "vitest";
import type { Node } from "../../sim/api/kinds/node.ts";
import type { Pod } from "../../sim/api/kinds/pod.ts";
import type { RequestBody } from "../../sim/api/server/protocol.ts";
import { storeOf } from "../../sim/api/server/storage.ts";
import type { TimelineEvent } from "../../sim/time/timeline.ts";
import { complaints } from "./convergence.ts";
import { Lab } from "./lab.ts";
import { podSpec } from "./objects.ts";

const second = 1_000_000;
const minute = 60 * second;
const core = { group: "", version: "v1" } as const;
const server = "kube-apiserver/master-1";

function start(workers = 1): Lab {
  return new Lab({ seed: 0, options: { seed: 5, workersPerZone: workers }, calm: false, acts: [] }).boot();
}

function create(lab: Lab, name: string, kind: string): void {
  const body = { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: podSpec(kind) };
  lab.send({ ...core, resource: "pods", verb: "create", namespace: "default", body });
}

function remove(lab: Lab, name: string, gracePeriodSeconds = 30): void {
  lab.send({ ...core, resource: "pods", verb: "delete", namespace: "default", name, gracePeriodSeconds });
}

/** Steps until the next event is such a one. */
function upTo(lab: Lab, is: (event: TimelineEvent) => boolean): void {
  for (let steps = 0; steps < 10_000; steps++) {
    const next = lab.world.next();
    if (next !== undefined && is(next)) return;
    lab.history.step();
  }
  throw new Error("it never came");
}

const pass = (lab: Lab, time: number) => lab.runTo(lab.world.now + time);
const kill = (lab: Lab, process: string) => lab.fault({ kind: "kill process", process });
const begin = (lab: Lab, process: string) => lab.fault({ kind: "start process", process });
const cut = (lab: Lab, a: string, b: string) => lab.fault({ kind: "cut link", between: [a, b] });
const heal = (lab: Lab, a: string, b: string) => lab.fault({ kind: "heal link", between: [a, b] });
const pod = (lab: Lab, name: string) => lab.objects<Pod>("pods").find(({ metadata }) => metadata.name === name);
const isReady = (of: Pod | Node | undefined) =>
  of?.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;

function isRequest({ body }: TimelineEvent, verb: string, resource: string, subresource?: string): boolean {
  const { request } = body as RequestBody;
  return (
    body.kind === "request" &&
    request.verb === verb &&
    request.resource === resource &&
    request.subresource === subresource
  );
}

describe("watches", () => {
  it("send a delivery again that was lost on its way", () => {
    const lab = start();
    create(lab, "web", "server");
    upTo(lab, ({ to, body }) => to === "kubelet/worker-1" && body.kind === "deliver");
    cut(lab, "kubelet/worker-1", server);
    pass(lab, 10 * second);
    expect(pod(lab, "web")?.status?.containerStatuses).toBeUndefined();
    heal(lab, "kubelet/worker-1", server);
    pass(lab, 20 * second);
    expect(isReady(pod(lab, "web"))).toBe(true);
  });

  it("bring a client up to date whose etcd and API server could not talk when a write was confirmed", () => {
    const lab = start();
    create(lab, "web", "server");
    upTo(lab, ({ to, body }) => to === "etcd/master-1" && body.kind === "fsynced");
    cut(lab, "etcd/master-1", server);
    pass(lab, 2 * second);
    heal(lab, "etcd/master-1", server);
    pass(lab, second);
    expect(pod(lab, "web")?.spec.nodeName).toBe("worker-1");
  });
});

describe("requests", () => {
  it.each(["etcd/master-1", server])("end when %s is killed and started at one instant while they wait", (process) => {
    const lab = start();
    create(lab, "web", "server");
    upTo(lab, ({ to, body }) => to === "etcd/master-1" && body.kind === "fsynced");
    kill(lab, process);
    begin(lab, process);
    pass(lab, 90 * second);
    expect(lab.open).toEqual([]);
    expect(complaints(lab)).toEqual([]);
  });
});

describe("pods", () => {
  const moments: readonly (readonly [string, (event: TimelineEvent) => boolean])[] = [
    ["a sandbox is made", ({ body }) => body.kind === "sandbox created"],
    ["an image is pulled", ({ body }) => body.kind === "image resolved"],
    ["a container starts", ({ body }) => body.kind === "container started"],
    ["its readiness is awaited", ({ body, to }) => body.kind === "sync pod" && to === "kubelet/worker-1"],
    ["its status is reported", (event) => isRequest(event, "patch", "pods", "status")],
  ];
  const faults: readonly (readonly [string, (lab: Lab) => void])[] = [
    ["the runtime restarts", (lab) => restart(lab, "containerd/worker-1")],
    ["the kubelet restarts", (lab) => restart(lab, "kubelet/worker-1")],
    [
      "the machine restarts",
      (lab) => {
        lab.fault({ kind: "stop machine", machine: "worker-1" });
        pass(lab, 3 * second);
        lab.fault({ kind: "start machine", machine: "worker-1" });
      },
    ],
    [
      "the API server is away for ten seconds",
      (lab) => {
        kill(lab, server);
        pass(lab, 10 * second);
        begin(lab, server);
      },
    ],
    [
      "kubelet and runtime lose each other for ten seconds",
      (lab) => {
        cut(lab, "kubelet/worker-1", "containerd/worker-1");
        pass(lab, 10 * second);
        heal(lab, "kubelet/worker-1", "containerd/worker-1");
      },
    ],
  ];
  const restart = (lab: Lab, process: string) => {
    kill(lab, process);
    pass(lab, 3 * second);
    begin(lab, process);
  };
  const pairs = moments.flatMap(([when, is]) => faults.map(([what, fault]) => [what, when, is, fault] as const));

  it.each(pairs)("come up although %s while %s", (_what, _when, is, fault) => {
    const lab = start();
    create(lab, "web", "init");
    upTo(lab, is);
    fault(lab);
    pass(lab, 2 * minute);
    expect(complaints(lab)).toEqual([]);
    expect(isReady(pod(lab, "web"))).toBe(true);
  });

  it.each(faults)("end although %s while they are told to stop", (_what, fault) => {
    const lab = start();
    create(lab, "web", "stubborn");
    pass(lab, 20 * second);
    remove(lab, "web");
    pass(lab, 5 * second);
    fault(lab);
    pass(lab, 2 * minute);
    expect(complaints(lab)).toEqual([]);
    expect(pod(lab, "web")).toBeUndefined();
  });

  const last = ["patch", "delete"].flatMap((verb) => [true, false].map((restarts) => ({ verb, restarts })));
  it.each(last)(
    "are removed although the API server ends before the last $verb, kubelet restarts: $restarts",
    (story) => {
      const { verb, restarts } = story;
      const lab = start();
      create(lab, "web", "server");
      pass(lab, 20 * second);
      remove(lab, "web");
      upTo(
        lab,
        (event) =>
          event.from === "kubelet/worker-1" && isRequest(event, verb, "pods", verb === "patch" ? "status" : undefined),
      );
      kill(lab, server);
      pass(lab, 5 * second);
      if (restarts) restart(lab, "kubelet/worker-1");
      begin(lab, server);
      pass(lab, minute);
      expect(complaints(lab)).toEqual([]);
      expect(pod(lab, "web")).toBeUndefined();
    },
  );

  it.each(["kubelet/worker-1", "containerd/worker-1"])(
    "leave nothing behind when deleted by force without %s",
    (process) => {
      const lab = start();
      create(lab, "web", "stubborn");
      create(lab, "done", "exit 0");
      pass(lab, 20 * second);
      kill(lab, process);
      remove(lab, "web", 0);
      remove(lab, "done", 0);
      pass(lab, 5 * second);
      begin(lab, process);
      pass(lab, minute);
      expect(complaints(lab)).toEqual([]);
      const left = [...lab.world.sorted("containers").range("")].filter(([key]) => !key.endsWith("|coredns"));
      expect(left).toEqual([]);
    },
  );

  it("keep their start time and their addresses over a restart of the kubelet, and nothing is written", () => {
    const lab = start();
    create(lab, "web", "server");
    pass(lab, 20 * second);
    const was = pod(lab, "web");
    restart(lab, "kubelet/worker-1");
    pass(lab, 20 * second);
    expect(pod(lab, "web")).toEqual(was);
  });

  it("are Ready again when their node was silent and is back", () => {
    const lab = start(2);
    create(lab, "web", "server");
    pass(lab, 20 * second);
    const node = pod(lab, "web")?.spec.nodeName as string;
    cut(lab, node, "master-1");
    pass(lab, 90 * second);
    expect(isReady(pod(lab, "web"))).toBe(false);
    heal(lab, node, "master-1");
    pass(lab, minute);
    expect(complaints(lab)).toEqual([]);
  });
});

describe("nodes", () => {
  it("are Ready when the runtime starts after the kubelet", () => {
    const lab = start();
    kill(lab, "kubelet/worker-1");
    kill(lab, "containerd/worker-1");
    pass(lab, second);
    begin(lab, "kubelet/worker-1");
    pass(lab, 5 * second);
    expect(isReady(lab.objects<Node>("nodes")[0])).toBe(false);
    begin(lab, "containerd/worker-1");
    pass(lab, minute);
    expect(complaints(lab)).toEqual([]);
  });

  it("do not come back by themselves when deleted, and their kubelets come to rest", () => {
    const lab = start();
    lab.send({ ...core, resource: "nodes", verb: "delete", name: "worker-1" });
    pass(lab, second);
    kill(lab, "containerd/worker-1");
    begin(lab, "containerd/worker-1");
    expect(lab.settle(lab.world.now + 10 * minute, 10_000)).toBe(true);
    expect(lab.objects("nodes")).toEqual([]);
    kill(lab, "kubelet/worker-1");
    begin(lab, "kubelet/worker-1");
    pass(lab, minute);
    expect(complaints(lab)).toEqual([]);
  });

  it("let a kubelet that finds no API server wait at rest, and register when it is there", () => {
    const lab = start();
    kill(lab, server);
    kill(lab, "kubelet/worker-1");
    begin(lab, "kubelet/worker-1");
    pass(lab, 60 * minute);
    const lost = lab.world.journal.between(0).filter(({ message }) => /^request from kubelet/.test(message));
    expect(lost.length).toBeLessThan(5);
    expect(lab.world.timeline.pending().filter(({ to }) => to === "kubelet/worker-1")).toEqual([]);
    begin(lab, server);
    pass(lab, 2 * minute);
    expect(complaints(lab)).toEqual([]);
  });

  it("keep their pods in the scheduler's count when the Node is deleted and made again while it can't look", () => {
    const lab = start();
    create(lab, "web", "server");
    pass(lab, 20 * second);
    cut(lab, "kube-scheduler/master-1", server);
    lab.send({ ...core, resource: "nodes", verb: "delete", name: "worker-1" });
    pass(lab, second);
    kill(lab, "kubelet/worker-1");
    begin(lab, "kubelet/worker-1");
    pass(lab, 5 * second);
    heal(lab, "kube-scheduler/master-1", server);
    pass(lab, 20 * second);
    expect(complaints(lab)).toEqual([]);
    expect(isReady(pod(lab, "web"))).toBe(true);
  });
});

describe("long times", () => {
  it("pass in a few steps when nothing happens", () => {
    const lab = start(3);
    create(lab, "web", "server");
    pass(lab, 2 * 60 * minute);
    const from = lab.world.steps;
    pass(lab, 60 * minute);
    expect(lab.world.steps - from).toBeLessThan(5);
  });

  it("let old revisions go, whether nodes are idle, kubelets dead or the API server has restarted", () => {
    const lab = start(3);
    kill(lab, "kubelet/worker-3");
    kill(lab, server);
    begin(lab, server);
    for (let round = 0; round < 12; round++) {
      create(lab, "web", "server");
      pass(lab, minute);
      remove(lab, "web");
      pass(lab, minute);
    }
    const store = storeOf(lab.io);
    expect(store.compactedRevision).toBeGreaterThan(store.revision / 2);
    begin(lab, "kubelet/worker-3");
    pass(lab, minute);
    expect(complaints(lab)).toEqual([]);
  });

  it("keep an Event that is repeated, and drop one that is not, after an hour", () => {
    const lab = start();
    create(lab, "web", "crash");
    pass(lab, 150 * minute);
    type Counted = { readonly reason: string; readonly count: number };
    const events = lab.objects("events") as unknown as readonly Counted[];
    expect(events.map(({ reason }) => reason)).toContain("BackOff");
    expect(events.map(({ reason }) => reason)).not.toContain("Scheduled");
    expect(events.find(({ reason }) => reason === "BackOff")?.count).toBeGreaterThan(20);
  });
});
