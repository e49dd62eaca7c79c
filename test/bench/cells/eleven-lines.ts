interface PodN {
  name: string;
  node: string;
  ready: boolean;
}
enum PhaseN {
  Pending,
  Running,
  Failed,
}
const podsN: PodN[] = Array.from({ length: 20 }, (_, i) => ({
  name: `web-${i}`,
  node: `w${i % 3}`,
  ready: i % 4 !== 0,
}));
const byNodeN = new Map<string, PodN[]>();
for (const pod of podsN) byNodeN.set(pod.node, [...(byNodeN.get(pod.node) ?? []), pod]);
class SummaryN {
  constructor(
    readonly node: string,
    readonly pods: readonly PodN[],
  ) {}
  get ready(): number {
    return this.pods.filter((pod) => pod.ready).length;
  }
}
const summariesN = [...byNodeN].map(([node, list]) => new SummaryN(node, list));
summariesN.map((s) => `${s.node}: ${s.ready} of ${s.pods.length}, ${PhaseN[PhaseN.Running]}`).join("; ");
