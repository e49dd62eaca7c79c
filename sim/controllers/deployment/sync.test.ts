import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Deployment, DeploymentSpec, DeploymentStatus } from "../../api/kinds/deployment.ts";
import type { ReplicaSet } from "../../api/kinds/replicaset.ts";
import { minute, rfc3339, second } from "../../time/instant.ts";
import { maxSurge, maxUnavailable } from "./bounds.ts";
import type { DeploymentWrite } from "./plan.ts";
import { syncDeployment } from "./sync.ts";
import { templateHash } from "./template-hash.ts";

const now = 60 * minute;
const ours = "deployment.kubernetes.io/";

function template(image: string): DeploymentSpec["template"] {
  return { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image }] } };
}

function deployment(spec: Partial<DeploymentSpec>, status: DeploymentStatus = {}): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "default", uid: "d", generation: 1 },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: "web" } },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      template: template("web:1"),
      ...spec,
    },
    status,
  };
}

interface Size {
  readonly image: string;
  readonly size: number;
  readonly available?: number;
  readonly replicas?: number;
  readonly revision?: number;
  readonly desired?: number;
  readonly max?: number;
}

function replicaSet({
  image,
  size,
  available = size,
  replicas = size,
  revision = 1,
  desired = 4,
  max = 5,
}: Size): ReplicaSet {
  const made = template(image);
  const name = `web-${templateHash(made, undefined)}`;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name,
      namespace: "default",
      uid: name,
      generation: 1,
      creationTimestamp: rfc3339(revision * minute),
      annotations: {
        [`${ours}revision`]: `${revision}`,
        [`${ours}desired-replicas`]: `${desired}`,
        [`${ours}max-replicas`]: `${max}`,
      },
    },
    spec: {
      replicas: size,
      selector: { matchLabels: { app: "web" } },
      template: { ...made, metadata: { labels: { app: "web", "pod-template-hash": templateHash(made, undefined) } } },
    },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  };
}

function writesFor(subject: Deployment, sets: readonly Size[], oldPodsRun = false): readonly DeploymentWrite[] {
  return syncDeployment({ deployment: subject, replicaSets: sets.map(replicaSet), oldPodsRun: () => oldPodsRun, now })
    .writes;
}

/** Image → size of each ReplicaSet that is scaled. */
function scaled(writes: readonly DeploymentWrite[]): Record<string, number | undefined> {
  const sizes: Record<string, number | undefined> = {};
  for (const write of writes) {
    if (write.kind !== "update" && write.kind !== "create") continue;
    sizes[write.replicaSet.spec.template?.spec?.containers[0]?.image ?? ""] = write.replicaSet.spec.replicas;
  }
  return sizes;
}

function statusOf(writes: readonly DeploymentWrite[]): Deployment | undefined {
  return writes.flatMap((write) => (write.kind === "status" ? [write.deployment] : []))[0];
}

function progressing(reason: string, ageSeconds: number, status: "True" | "False" | "Unknown" = "True") {
  const time = rfc3339(now - ageSeconds * second);
  return { type: "Progressing", status, reason, message: "", lastUpdateTime: time, lastTransitionTime: time } as const;
}

const revised = (subject: Deployment, revision = "1"): Deployment => ({
  ...subject,
  metadata: { ...subject.metadata, annotations: { [`${ours}revision`]: revision } },
});

describe("the first rollout", () => {
  it("makes one ReplicaSet of the full size, with revision and sizes written down", () => {
    const [write, ...rest] = writesFor(deployment({}), []);
    expect(rest).toEqual([]);
    expect(write).toMatchObject({ kind: "create", replicaSet: { spec: { replicas: 4 } } });
    const { metadata, spec } = (write as Extract<DeploymentWrite, { kind: "create" }>).replicaSet;
    expect(metadata.annotations).toEqual({
      [`${ours}revision`]: "1",
      [`${ours}desired-replicas`]: "4",
      [`${ours}max-replicas`]: "5",
    });
    expect(metadata.name).toBe(`web-${spec.selector.matchLabels?.["pod-template-hash"]}`);
    expect(metadata.ownerReferences?.[0]).toMatchObject({
      kind: "Deployment",
      uid: "d",
      controller: true,
      blockOwnerDeletion: true,
    });
    expect(spec.template?.metadata?.labels).toEqual({
      app: "web",
      "pod-template-hash": spec.selector.matchLabels?.["pod-template-hash"],
    });
  });

  it("shares the template's pod spec", () => {
    const subject = deployment({});
    const [write] = writesFor(subject, []);
    expect((write as Extract<DeploymentWrite, { kind: "create" }>).replicaSet.spec.template?.spec).toBe(
      subject.spec.template.spec,
    );
  });
});

describe("bounds", () => {
  const cases: readonly [replicas: number, surge: number | string, unavailable: number | string, number, number][] = [
    [4, "25%", "25%", 1, 1],
    [3, "25%", "25%", 1, 0],
    [10, "25%", "25%", 3, 2],
    [1, "25%", "25%", 1, 0],
    [4, 0, 0, 0, 1],
    [4, "0%", "1%", 0, 1],
    [2, 0, 5, 0, 2],
    [0, 2, 2, 2, 0],
  ];
  it.each(cases)(
    "%i replicas, surge %s, unavailable %s: %i above, %i below",
    (replicas, surge, unavailable, above, below) => {
      const subject = deployment({
        replicas,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } },
      });
      expect([maxSurge(subject), maxUnavailable(subject)]).toEqual([above, below]);
    },
  );

  it("are zero with Recreate", () => {
    const subject = deployment({ strategy: { type: "Recreate" } });
    expect([maxSurge(subject), maxUnavailable(subject)]).toEqual([0, 0]);
  });
});

describe("a rolling update", () => {
  const next = revised(
    deployment({ template: template("web:2") }, { conditions: [progressing("ReplicaSetUpdated", 1)] }),
    "2",
  );

  it("starts the new ReplicaSet with the surge", () => {
    const writes = writesFor(next, [{ image: "web:1", size: 4 }]);
    expect(writes.map((write) => write.kind)).toEqual(["create"]);
    expect(scaled(writes)).toEqual({ "web:2": 1 });
  });

  it("gives up old pods as far as availability allows", () => {
    const sets = [
      { image: "web:1", size: 4 },
      { image: "web:2", size: 1, available: 0, revision: 2 },
    ];
    expect(scaled(writesFor(next, sets))).toEqual({ "web:1": 3 });
  });

  it("gives up unhealthy old pods first, in one write", () => {
    const sets = [
      { image: "web:1", size: 4, available: 3 },
      { image: "web:2", size: 1, available: 1, revision: 2 },
    ];
    const writes = writesFor(next, sets);
    expect(scaled(writes)).toEqual({ "web:1": 2 });
    const texts = writes.flatMap((write) => (write.kind === "update" ? write.texts : []));
    expect(texts.map((text) => text.replace(/^Scaled down replica set web-\w+ /, ""))).toEqual([
      "from 4 to 3",
      "from 3 to 2",
    ]);
  });

  it("moves the revision to a ReplicaSet that is used again", () => {
    const back = revised(deployment({ template: template("web:1") }), "2");
    const [write] = writesFor(back, [
      { image: "web:1", size: 0, revision: 1 },
      { image: "web:2", size: 4, revision: 2 },
    ]);
    const annotations = write?.kind === "update" ? write.replicaSet.metadata.annotations : {};
    expect(annotations).toMatchObject({ [`${ours}revision`]: "3", [`${ours}revision-history`]: "1" });
  });

  it("deletes the oldest ReplicaSets beyond the history when it is complete", () => {
    const counts = { observedGeneration: 1, replicas: 4, updatedReplicas: 4, readyReplicas: 4, availableReplicas: 4 };
    const done = revised(deployment({ template: template("web:4"), revisionHistoryLimit: 1 }, counts), "4");
    const sets = [1, 2, 3].map((revision) => ({ image: `web:${revision}`, size: 0, revision }));
    const writes = writesFor(done, [...sets, { image: "web:4", size: 4, revision: 4 }]);
    const deleted = writes.flatMap((write) =>
      write.kind === "delete" ? [write.replicaSet.metadata.annotations?.[`${ours}revision`]] : [],
    );
    expect(deleted).toEqual(["1", "2"]);
  });

  it("keeps to its bounds whatever the sizes are", () => {
    const count = fc.nat({ max: 8 });
    const bound = fc.oneof(
      fc.nat({ max: 4 }),
      fc.nat({ max: 100 }).map((percent) => `${percent}%`),
    );
    const property = fc.property(
      fc.nat({ max: 8 }),
      bound,
      bound,
      count,
      count,
      count,
      count,
      (replicas, surge, unavailable, oldSize, oldAvailable, size, available) => {
        const strategy = {
          type: "RollingUpdate",
          rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable },
        } as const;
        const subject = revised(deployment({ replicas, strategy, template: template("web:2") }), "2");
        const desired = { desired: replicas, max: replicas + maxSurge(subject) };
        const old = { image: "web:1", size: oldSize, available: Math.min(oldSize, oldAvailable), ...desired };
        const fresh = { image: "web:2", size, available: Math.min(size, available), revision: 2, ...desired };
        const sizes = { "web:1": old.size, "web:2": fresh.size, ...scaled(writesFor(subject, [old, fresh])) };
        if (sizes["web:2"] > size)
          expect(sizes["web:1"] + sizes["web:2"]).toBeLessThanOrEqual(replicas + maxSurge(subject));
        const kept = Math.min(old.available, sizes["web:1"]) + Math.min(fresh.available, sizes["web:2"]);
        const least = Math.min(old.available + fresh.available, replicas - maxUnavailable(subject));
        if (size <= replicas) expect(kept).toBeGreaterThanOrEqual(least);
      },
    );
    fc.assert(property, { numRuns: 500, seed: 7 });
  });
});

describe("Recreate", () => {
  const subject = revised(deployment({ strategy: { type: "Recreate" }, template: template("web:2") }));

  it("scales all old ReplicaSets to 0 first", () => {
    expect(scaled(writesFor(subject, [{ image: "web:1", size: 4 }]))).toEqual({ "web:1": 0 });
  });

  it("waits for the last old pod", () => {
    expect(scaled(writesFor(subject, [{ image: "web:1", size: 0, replicas: 2 }]))).toEqual({});
    expect(scaled(writesFor(subject, [{ image: "web:1", size: 0 }], true))).toEqual({});
  });

  it("then makes the new ReplicaSet at full size", () => {
    expect(scaled(writesFor(subject, [{ image: "web:1", size: 0 }]))).toEqual({ "web:2": 4 });
  });
});

describe("scaling", () => {
  it("in the middle of a rollout goes by proportion, the rest to the largest", () => {
    const subject = revised(
      deployment({
        replicas: 10,
        template: template("web:2"),
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } },
      }),
      "2",
    );
    const sizes = { desired: 5, max: 8 };
    const sets = [
      { image: "web:1", size: 5, ...sizes },
      { image: "web:2", size: 3, revision: 2, ...sizes },
    ];
    expect(scaled(writesFor(subject, sets))).toEqual({ "web:1": 8, "web:2": 5 });
  });

  it("goes to the only active ReplicaSet, and says from where to where", () => {
    const subject = revised(deployment({ replicas: 2 }, { conditions: [progressing("NewReplicaSetAvailable", 5)] }));
    const [write] = writesFor(subject, [{ image: "web:1", size: 4 }]);
    expect(write).toMatchObject({
      kind: "update",
      texts: [expect.stringMatching(/^Scaled down replica set web-\w+ from 4 to 2$/)],
    });
  });

  it("works while the Deployment is paused, but no new template is rolled out", () => {
    const subject = revised(
      deployment(
        { replicas: 6, paused: true, template: template("web:2") },
        { conditions: [progressing("DeploymentPaused", 5, "Unknown")] },
      ),
    );
    expect(scaled(writesFor(subject, [{ image: "web:1", size: 4 }]))).toEqual({ "web:1": 6 });
  });
});

describe("conditions", () => {
  const condition = (writes: readonly DeploymentWrite[], type: string) =>
    statusOf(writes)?.status?.conditions?.find((one) => one.type === type);

  it("say that the minimum is available, in the real words", () => {
    const writes = writesFor(revised(deployment({})), [{ image: "web:1", size: 4, available: 3 }]);
    const found = statusOf(writes)?.status?.conditions ?? [];
    expect(found).toContainEqual(expect.objectContaining({ type: "Progressing", reason: "FoundNewReplicaSet" }));
    const settled = deployment({}, { conditions: [progressing("NewReplicaSetAvailable", 5)] });
    expect(
      condition(writesFor(revised(settled), [{ image: "web:1", size: 4, available: 3 }]), "Available"),
    ).toMatchObject({
      status: "True",
      reason: "MinimumReplicasAvailable",
      message: "Deployment has minimum availability.",
    });
  });

  it("report a rollout without progress after the deadline, and only then", () => {
    const stuck = (age: number) =>
      revised(deployment({}, { observedGeneration: 1, conditions: [progressing("ReplicaSetUpdated", age)] }));
    const sets = [{ image: "web:1", size: 4, available: 0, replicas: 0 }];
    expect(condition(writesFor(stuck(599), sets), "Progressing")?.reason).toBe("ReplicaSetUpdated");
    expect(condition(writesFor(stuck(601), sets), "Progressing")).toMatchObject({
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: expect.stringMatching(/^ReplicaSet "web-\w+" has timed out progressing\.$/),
    });
  });

  it("note a pause and a resumption", () => {
    const sets = [{ image: "web:1", size: 4 }];
    const pausing = revised(deployment({ paused: true }, { conditions: [progressing("NewReplicaSetAvailable", 5)] }));
    expect(condition(writesFor(pausing, sets), "Progressing")).toMatchObject({
      status: "Unknown",
      reason: "DeploymentPaused",
    });
    const resuming = revised(deployment({}, { conditions: [progressing("DeploymentPaused", 5, "Unknown")] }));
    expect(condition(writesFor(resuming, sets), "Progressing")).toMatchObject({
      status: "Unknown",
      reason: "DeploymentResumed",
    });
  });
});

it("writes nothing when all is as wanted", () => {
  const sets = [{ image: "web:1", size: 4 }];
  let subject = revised(deployment({}, { conditions: [progressing("ReplicaSetUpdated", 5)] }));
  for (let round = 0; round < 3; round++) subject = statusOf(writesFor(subject, sets)) ?? subject;
  expect(writesFor(subject, sets)).toEqual([]);
  expect(
    syncDeployment({ deployment: subject, replicaSets: sets.map(replicaSet), oldPodsRun: () => false, now }).checkAfter,
  ).toBeUndefined();
});
