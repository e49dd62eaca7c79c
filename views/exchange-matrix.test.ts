import { describe, expect, it } from "vitest";
import { snapshot } from "../test/scenes/fixtures.ts";
import { stored } from "../test/scenes/requests.ts";
import { exchangeMatrix, matrixScenes } from "./exchange-matrix.ts";
import { exchangesOf } from "./matrix/exchanges.ts";
import { namedParty, PARTIES, partyNamed, partyOf, purposeOf } from "./matrix/parties.ts";
import type { Scene } from "./scene.ts";

const API = "kube-apiserver/master-1";
const labelOf = (scene: Scene, pair: string): string =>
  scene.groups.find(({ key }) => key === `edge/${pair}`)?.label ?? "";
const pairs = (record: Parameters<typeof exchangesOf>[0]): readonly string[] =>
  exchangesOf(record).map(({ step, caller, called }) => `${step} ${caller} → ${called}`);

describe("exchangesOf", () => {
  it("reads calls from messages, from kube-apiserver's stages, from what containerd did for a kubelet, and from traffic", () => {
    expect(pairs(stored())).toEqual([
      "39 kubelet → kube-apiserver",
      "40 user → kube-apiserver",
      "40 kube-apiserver → etcd",
      "45 kube-scheduler → kube-apiserver",
      "45 kube-apiserver → etcd",
      "47 kubelet → containerd",
      "47 pods → pods",
    ]);
  });

  it("counts no answer, no notice, no timer and nothing that was lost", () => {
    const messages = ["response", "deliver", "closed", "lost"].map((kind) => ({
      from: API,
      to: "kubelet/worker-1",
      kind,
    }));
    const lost = { from: "kubelet/worker-1", to: API, kind: "request", dropped: true };
    const timer = { from: API, to: API, kind: "request" };
    expect(pairs(snapshot({ workers: 1, step: 3, messages: [...messages, lost, timer] }))).toEqual([]);
  });

  it("takes a request for a container's log as a call of the kubelet", () => {
    const detail = [{ stage: "read", plugin: "pods/log", verdict: "ask the kubelet of worker-1" }];
    const journal = [{ actor: API, verb: "get log", object: "pod/default/web", detail }];
    expect(pairs(snapshot({ workers: 1, step: 3, journal }))).toEqual(["3 kube-apiserver → kubelet"]);
  });

  it("does not say who was called where a packet's target is a bare address, or nobody answered", () => {
    const trace = (message: string) => ({ actor: "user", verb: "trace", message });
    const journal = [
      "pod/a/b → http://10.96.0.9: answered",
      "pod/a/b → http://web: refused",
      "node/w → http://web: answered",
    ];
    expect(pairs(snapshot({ workers: 1, step: 3, journal: journal.map(trace) }))).toEqual([]);
  });

  it("survives stages of any shape", () => {
    const journal = [
      { actor: API, detail: [null, 3, { stage: "store" }, { stage: "read", plugin: "etcd", verdict: "get" }] },
    ];
    expect(pairs(snapshot({ workers: 1, step: 3, journal }))).toEqual(["3 kube-apiserver → etcd"]);
  });
});

describe("parties", () => {
  it.each([
    ["kubelet/worker-1", "kubelet"],
    ["kubeadm/master-1", "user"],
    ["deployment-controller/master-1", "kube-controller-manager"],
    ["kube-controller-manager/master-1", "kube-controller-manager"],
    ["cloud-controller-manager/master-1", "cloud-controller-manager"],
  ])("%s is of %s", (process, party) => expect(partyOf(process)).toBe(party));

  it("has no call to a scheduler, and no other caller of etcd than kube-apiserver and etcd", () => {
    expect(PARTIES.filter((caller) => purposeOf(caller, "kube-scheduler") !== undefined)).toEqual([]);
    expect(PARTIES.filter((caller) => purposeOf(caller, "etcd") !== undefined)).toEqual(["kube-apiserver", "etcd"]);
    expect(purposeOf("calico-node", "kube-apiserver")).toBeDefined();
    expect(purposeOf("constructor", "toString")).toBeUndefined();
  });

  it("understands usual short names", () => {
    expect(["API", " scheduler", "pod", "nobody"].map((name) => namedParty(name, PARTIES))).toEqual([
      "kube-apiserver",
      "kube-scheduler",
      "pods",
      undefined,
    ]);
  });
});

describe("exchangeMatrix", () => {
  it("tells what was sent from what may be and from what never is", () => {
    const scene = matrixScenes(stored()).at(-1)!;
    expect(labelOf(scene, "kube-apiserver/etcd")).toBe("kube-apiserver calls etcd: 2 calls; update pods, step 45");
    expect(labelOf(scene, "kubelet/containerd")).toContain("1 call, also in this step; create sandbox");
    expect(labelOf(scene, "kube-apiserver/kubelet")).toContain("may, silent so far");
    expect(labelOf(scene, "kube-scheduler/kubelet")).toBe("kube-scheduler calls kubelet: never");
  });

  it("has a frame for each of the last steps in which somebody called, with the counts of that moment", () => {
    const scenes = matrixScenes(stored());
    expect(scenes.map(({ step }) => step)).toEqual([39, 40, 45, 47]);
    expect(scenes.map((scene) => labelOf(scene, "kube-apiserver/etcd").match(/: (.*?)[,;]/)?.[1])).toEqual([
      "may",
      "1 call",
      "2 calls",
      "2 calls",
    ]);
    expect(matrixScenes(stored(), { steps: 2 })).toHaveLength(2);
  });

  it("keeps every cell where it was", () => {
    const place = (scene: Scene) => scene.groups.map(({ key, x, y }) => [key, x, y]);
    const [first, ...rest] = matrixScenes(stored());
    for (const scene of rest) expect(place(scene)).toEqual(place(first!));
  });

  it("holds a learner's table against the record", () => {
    const guess = [
      ["you", "api"],
      ["kube-scheduler", "kubelet"],
      ["kubelet", "pods"],
    ] as const;
    const scene = matrixScenes(stored(), { guess }).at(-1)!;
    expect(scene.caption).toBe("Your table: 1 right, 5 missing, 1 wrong, 1 possible but silent so far.");
    expect(labelOf(scene, "user/kube-apiserver")).toContain("you had it");
    expect(labelOf(scene, "kube-scheduler/kubelet")).toContain("never happens");
    expect(String(exchangeMatrix(stored(), { guess }))).toContain(
      "kube-scheduler → kubelet  never · in your table, and never happens",
    );
  });

  it.each([
    ["kubelet", /a guess is a list of pairs/],
    [[["kubelet"]], /entry 1 has no caller and called/],
    [
      [
        ["kubelet", "api"],
        ["kublet", "api"],
      ],
      /entry 2 names "kublet"; the names are user, kube-apiserver, etcd/,
    ],
  ])("refuses %j in a sentence", (guess, message) => {
    expect(() => matrixScenes(stored(), { guess: guess as never })).toThrow(message);
  });

  it("draws an empty record", () => {
    const scene = matrixScenes(snapshot({ workers: 0, step: 0 }))[0]!;
    expect(scene.caption).toBe("0 of 100 pairs have talked; in this step nobody called anybody.");
  });
});

describe("parties", () => {
  const few = ["kubelet", "you", "api", "etcd"];

  it("restrict rows and columns, in their usual order, and what counts as missing", () => {
    const scene = matrixScenes(stored(), { parties: few, guess: [["kubelet", "api"]] }).at(-1)!;
    const edges = scene.groups.filter(({ key }) => key.startsWith("edge/")).map(({ key }) => key);
    expect(edges.slice(0, 4)).toEqual([
      "edge/user/user",
      "edge/user/kube-apiserver",
      "edge/user/etcd",
      "edge/user/kubelet",
    ]);
    expect(edges).toHaveLength(16);
    expect(scene.caption).toBe("Your table: 1 right, 2 missing, 0 wrong.");
  });

  it.each([
    [{ parties: [] }, /parties is a list of names/],
    [{ parties: ["etcd", "nobody"] }, /parties names "nobody"; the names are user, kube-apiserver/],
    [
      { parties: few, guess: [["pods", "api"]] },
      /entry 1 names "pods"; the names are user, kube-apiserver, etcd, kubelet/,
    ],
    [{ parties: few, guess: [["pod", "api"]] }, /entry 1 names "pod"; the names are/],
  ])("%j is refused in a sentence", (options, message) => {
    expect(() => matrixScenes(stored(), options as never)).toThrow(message);
  });

  it("are read from other names, too", () => {
    expect(["API", " you ", "ccm", "nobody"].map(partyNamed)).toEqual([
      "kube-apiserver",
      "user",
      "cloud-controller-manager",
      undefined,
    ]);
  });
});
