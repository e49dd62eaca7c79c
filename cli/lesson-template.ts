/** The files of a lesson that was just begun: small, whole, and proven by `orrery lessons check`, to be written over. */

const lessonText = `---
title: TITLE
summary: What the learner will have done, in a sentence or two.
minutes: 20
---

Run a cell with Shift+Enter and read on.

\`\`\`ts id=cluster
const cluster = orrery.create({ workersPerZone: 2, seed: 1 })
show.components(cluster, { steps: 1 })
\`\`\`

## Ask for something

\`\`\`predict
id: who-first
question: |
  Two copies of a web server will be asked for. Who moves first?
choices:
  - the scheduler
  - a controller
  - the kubelet of some node
answer: B
explain: |
  The Deployment controller: the others have nothing to do before there are pods.
\`\`\`

\`\`\`ts id=ask
kubectl\`create deployment web --image=nginx:1.27 --replicas=2\`
cluster.settle()
show.journal(cluster, 20)
\`\`\`

\`\`\`reveal
id: who-first
\`\`\`

## Mend something

\`\`\`exercise
id: wake-up
kind: repair
title: Wake the sleeper
points: 2
task: |
  One of three Deployments in this cluster was scaled down to nothing. Find it, and give it its **two pods** back. Leave the
  others as they are.
starter: |
  // Look around first:
  %kubectl get deployments
hints:
  - text: The column READY of \`kubectl get deployments\` says how many pods are ready, and how many there should be.
    cost: 0.1
  - text: A Deployment's \`spec.replicas\` is the wish. \`kubectl scale\` changes it.
    cost: 0.2
  - text: Write \`kubectl scale deployment NAME --replicas=2\` with the name of the one that has 0/0.
    cost: 0.3
messages:
  awake:
    passed: All three Deployments have two ready pods.
    failed: The Deployment {name} has {ready} ready pods and should have two.
  kept:
    passed: The Deployments are those that you were given.
    failed: A Deployment was deleted or added; mend what is there.
\`\`\`

\`\`\`exercise
id: manifest
kind: manifest
title: Write it down
points: 3
task: |
  Write a manifest for a Deployment \`web\` of three pods, of the image \`nginx:1.27\`. It will be applied to clusters that you have
  not seen.
starter: |
  lesson.answer("manifest", \`
  apiVersion: apps/v1
  kind: Deployment
  \`)
hints:
  - text: A Deployment needs \`metadata\` and \`spec\`; the pods' own description is \`spec.template\`.
    cost: 0.1
  - text: The labels of \`spec.template\` must be those that \`spec.selector\` asks for.
    cost: 0.2
  - text: The number of pods is \`spec.replicas\`, the image stands in \`spec.template.spec.containers\`.
    cost: 0.3
messages:
  ready:
    passed: Three pods are ready.
    failed: The Deployment web has {ready} ready pods and should have three.
  image:
    passed: They run nginx:1.27.
    failed: They should run nginx:1.27.
\`\`\`
`;

const scenarioText = `/** The clusters of this lesson's exercises. What varies is drawn, so that the same seed makes the same cluster. */
import { commandsOf, orrery, type Scenarios } from "../api.ts";

const names = ["cart", "mail", "shop"];

/** By exercise. */
export const scenarios: Scenarios = {
  "wake-up": {
    kind: "repair",
    allows: [{ kind: "request", resources: ["deployments", "deployments/scale"] }],
    make(draw) {
      const cluster = orrery.build({ seed: draw.seed, workersPerZone: draw.integer(2, 3) });
      const { kubectl } = commandsOf(cluster);
      const sleeper = draw.one(names);
      for (const name of names)
        kubectl\`create deployment \${name} --image=nginx:1.27 --replicas=\${name === sleeper ? "0" : "2"}\`;
      cluster.settle();
      return cluster;
    },
  },
  manifest: {
    kind: "procedure",
    answer: "manifest",
    allows: [{ kind: "request", resources: ["deployments", "deployments/scale"] }],
    make: (draw) => orrery.build({ seed: draw.seed, workersPerZone: draw.integer(1, 3) }),
  },
};
`;

const checksText = `/** Judges this lesson's exercises: codes and facts, no words. */
import type { Checks } from "../api.ts";

/** By exercise. */
export const checks: Checks = {
  "wake-up": ({ cluster, before }) => {
    const deployments = cluster.list("deployments", "default");
    const uids = (objects: readonly { metadata: { uid?: string } }[]): string =>
      objects.map(({ metadata }) => metadata.uid ?? "").join();
    const asleep = deployments.find(({ status }) => status?.readyReplicas !== 2);
    const given = before.objects("deployments").filter(({ metadata }) => metadata.namespace === "default");
    const facts = { name: asleep?.metadata.name ?? "", ready: asleep?.status?.readyReplicas ?? 0 };
    return [
      { code: "awake", passed: asleep === undefined, facts },
      { code: "kept", passed: uids(deployments) === uids(given), weight: 0, required: true },
    ];
  },
  manifest: ({ cluster }) => {
    const web = cluster.get("deployments", "web");
    const ready = web?.status?.readyReplicas ?? 0;
    const images = web?.spec?.template.spec?.containers.map(({ image }) => image) ?? [];
    return [
      { code: "ready", passed: ready === 3, weight: 2, facts: { ready } },
      { code: "image", passed: images.length > 0 && images.every((image) => image === "nginx:1.27") },
    ];
  },
};
`;

const solutionText = `/** How this lesson's exercises are solved, and how not. No part of any notebook or package. */
import type { Attempt, Cluster, Solutions } from "../api.ts";

const sleeperOf = (variant: Cluster): string =>
  variant.list("deployments", "default").find(({ spec }) => spec?.replicas === 0)?.metadata.name ?? "";
const othersOf = (variant: Cluster): string =>
  variant.list("deployments", "default").find(({ spec }) => spec?.replicas !== 0)?.metadata.name ?? "";

const command = (worth: number, line: (variant: Cluster) => string): Attempt => ({
  worth,
  source: (variant) => \`%kubectl \${line(variant)}\\n\`,
});

const manifest = (worth: number, name: string, replicas: number, image: string, label = "web"): Attempt => ({
  worth,
  source: () => \`lesson.answer("manifest", \\\`
apiVersion: apps/v1
kind: Deployment
metadata:
  name: \${name}
spec:
  replicas: \${replicas}
  selector:
    matchLabels: { app: web }
  template:
    metadata:
      labels: { app: \${label} }
    spec:
      containers:
      - name: nginx
        image: \${image}
\\\`)\`,
});

/** By exercise. */
export const solutions: Solutions = {
  "wake-up": {
    right: command(1, (variant) => \`scale deployment \${sleeperOf(variant)} --replicas=2\`),
    wrong: {
      "only looks": command(0, () => "get deployments -o wide"),
      "wakes one pod": command(0, (variant) => \`scale deployment \${sleeperOf(variant)} --replicas=1\`),
      "wakes too many": command(0, (variant) => \`scale deployment \${sleeperOf(variant)} --replicas=3\`),
      "scales another one": command(0, (variant) => \`scale deployment \${othersOf(variant)} --replicas=2\`),
      "deletes it": command(0, (variant) => \`delete deployment \${sleeperOf(variant)}\`),
    },
  },
  manifest: {
    right: manifest(1, "web", 3, "nginx:1.27"),
    wrong: {
      "two pods": manifest(1 / 3, "web", 2, "nginx:1.27"),
      "another image": manifest(2 / 3, "web", 3, "nginx:1.26"),
      "another name": manifest(0, "shop", 3, "nginx:1.27"),
      "labels that do not fit": manifest(0, "web", 3, "nginx:1.27", "shop"),
      "no manifest at all": { worth: 0, source: () => 'lesson.answer("manifest", "web: 3")' },
    },
  },
};
`;

/** The files of a new lesson by name. */
export const lessonTemplate = (title: string): ReadonlyMap<string, string> =>
  new Map([
    ["lesson.md", lessonText.replace("TITLE", () => JSON.stringify(title))],
    ["scenario.ts", scenarioText],
    ["checks.ts", checksText],
    ["solution.ts", solutionText],
  ]);
