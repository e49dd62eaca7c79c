import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allRows, indexOfNode, listOfNodes, rowAt, rowNamed, withRow } from "./node-list.ts";
import { addPod, nodeInfo, removePod } from "./node-row.ts";

function node(name: string, zone?: string) {
  const labels: Record<string, string> = zone === undefined ? {} : { "topology.kubernetes.io/zone": zone };
  return { metadata: { name, labels }, status: { allocatable: { cpu: "4", memory: "8Gi", pods: "10" } } };
}

function pod(name: string, cpu: string, hostPort?: number) {
  const ports = hostPort === undefined ? [] : [{ containerPort: 80, hostPort }];
  return {
    metadata: { name, namespace: "default" },
    spec: { containers: [{ name: "c", resources: { requests: { cpu, "example.com/gpu": "1" } }, ports }] },
  };
}

describe("node list", () => {
  it("takes one node of each zone in turn", () => {
    const list = listOfNodes([node("a1", "a"), node("a2", "a"), node("a3", "a"), node("b1", "b"), node("c1", "c")]);
    expect(allRows(list).map(({ name }) => name)).toEqual(["a1", "b1", "c1", "a2", "a3"]);
    expect(indexOfNode(list, "a2")).toBe(3);
    expect(indexOfNode(list, "zz")).toBe(-1);
  });

  it("replaces one row and leaves the former list as it was", () => {
    const list = listOfNodes(Array.from({ length: 200 }, (_, i) => node(`n${i}`)));
    const next = withRow(list, addPod(rowNamed(list, "n150")!, pod("p", "1")));
    expect(rowNamed(next, "n150")!.pods).toHaveLength(1);
    expect(rowNamed(list, "n150")!.pods).toHaveLength(0);
    expect(rowAt(next, 3)).toBe(rowAt(list, 3));
    expect(next.shape).toBe(list.shape);
    expect(withRow(next, nodeInfo(node("n150", "z"), rowNamed(next, "n150"))).shape).not.toBe(list.shape);
  });
});

describe("node row", () => {
  it("has the sums of its pods after any adding and removing", () => {
    const names = fc.constantFrom("p0", "p1", "p2", "p3");
    const steps = fc.array(fc.record({ name: names, cpu: fc.constantFrom("100m", "1", "250m"), add: fc.boolean() }));
    fc.assert(
      fc.property(steps, (changes) => {
        let row = nodeInfo(node("n"));
        for (const { name, cpu, add } of changes) {
          row = removePod(row, `default/${name}`);
          if (add) row = addPod(row, pod(name, cpu, 8080));
        }
        const fresh = row.pods.reduce((sum, { pod }) => addPod(sum, pod), nodeInfo(node("n")));
        expect(row.requested.milliCpu).toBe(fresh.requested.milliCpu);
        expect(row.requested.scalar["example.com/gpu"] ?? 0).toBe(row.pods.length);
        expect(row.nonZeroRequested).toEqual(fresh.nonZeroRequested);
        expect(row.usedPorts).toEqual(fresh.usedPorts);
      }),
    );
  });
});
