/** Every cell of the first lesson through the notebook kernel alone, in seconds; and whether what the lesson says is so. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Executed, JupyterClient } from "../kernel/jupyter-client.ts";
import { runScript } from "../setup/lab.ts";

const project = new URL("../..", import.meta.url).pathname;

interface Cell {
  readonly cell_type: string;
  readonly id: string;
  readonly source: readonly string[];
}

const { cells } = JSON.parse(readFileSync(join(project, "notebooks", "00-tour.ipynb"), "utf8")) as { cells: Cell[] };
const code = cells.filter(({ cell_type }) => cell_type === "code");

describe("the tour's cells", () => {
  let client: JupyterClient;
  const results = new Map<string, Executed>();
  const of = (name: string): Executed => results.get(`00-tour-${name}`)!;
  /** Text of a cell's picture, the form for those who see no picture. */
  const picture = (name: string): string => of(name).result ?? "";

  beforeAll(async () => {
    expect(await runScript(["scripts/build.mjs"])).toMatchObject({ status: 0 });
    const program = join(project, "dist", "kernel", "orrery-kernel.cjs");
    client = await JupyterClient.start([process.execPath, program, "{connection_file}"]);
  });
  afterAll(() => client?.close());

  it("there are 12 to 24 of them, and the first shows a picture", () => {
    expect(code.length).toBeGreaterThanOrEqual(12);
    expect(code.length).toBeLessThanOrEqual(24);
    expect(code[0]?.source.join("")).toContain("show.");
  });

  it.each(code.map(({ id, source }) => [id, source.join("")] as const))("%s runs", async (id, source) => {
    const result = await client.execute(source);
    results.set(id, result);
    expect(result.outputs.filter(({ type }) => type === "error")).toEqual([]);
    expect(result.reply).toMatchObject({ status: "ok" });
    expect(result.stderr).toBe("");
    if (!source.includes("show.")) return;
    const forms = result.outputs.find(({ type }) => type === "execute_result")?.content.data as Record<string, string>;
    expect(forms["text/html"]).toMatch(/^<img [^>]*src="data:image\/svg\+xml;base64,/);
    expect(JSON.stringify(forms).length).toBeLessThan(256 * 1024);
  });

  it("the controllers moved first, and the scheduler and the kubelets not at all", () => {
    expect(picture("crank")).toContain("kube-controller-manager");
    expect(picture("crank")).toMatch(/create pod\/default\/web-/);
    expect(picture("crank")).not.toMatch(/kube-scheduler · |kubelet\/\S+ · /);
  });

  it("the scheduler was caught between the pods: one bound, one choice on its way, others waiting", () => {
    expect(picture("scheduled")).toMatch(/schedule pod\/default\/web-/);
    expect(picture("scheduled")).toMatch(/create pods\/binding/);
    expect(picture("scheduled").match(/Pending/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it("three pods run, one in each zone", () => {
    const nodes = of("pods").stdout.match(/worker-\d/g) ?? [];
    expect(of("pods").stdout.match(/1\/1 +Running/g)?.length).toBe(3);
    expect([...nodes].sort()).toEqual(["worker-1", "worker-2", "worker-3"]);
  });

  it("the chain of causes goes from the command to the kubelet's report", () => {
    const text = picture("why");
    const order = ["you", "replicaset", "kube-scheduler", "kubelet/", "containerd/"].map((word) => text.indexOf(word));
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order[0]).toBeGreaterThanOrEqual(0);
  });

  it("the request was followed through the name, the Service's rules and the tunnel, and back", () => {
    expect(of("service").stdout).toMatch(/pod\/client .*worker-2/);
    const text = picture("request");
    const order = ["lookup web.default.svc", "DNAT", "KUBE-SVC-", "ENCAP", "DECAP", "DELIVERED", "SNAT"];
    const places = order.map((word) => text.indexOf(word));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(picture("interior")).toContain("172.30.1.0/26 via 10.1.0.5 dev tunl0");
  });

  it("without the route some requests are lost, in both ways, and the picture says where; taken back, all pods answer", () => {
    expect(of("broken").stdout).toContain("answered: ");
    expect(of("broken").stdout).toContain("timed out: ");
    expect(of("broken").stdout).toContain("name not found: ");
    expect(picture("lost")).toMatch(/UNREACHABLE .*no route matches for 172\.30\.1\./);
    expect(of("unbroken").stdout.match(/^pod\/default\/web-\S+$/gm)).toHaveLength(3);
  });

  it("the rollout was seen in its middle, and ended with the old ReplicaSet empty", () => {
    expect(picture("new-image")).toContain("Terminating");
    expect(of("rollout").stdout).toContain('deployment "web" successfully rolled out');
    expect(of("rollout").stdout).toMatch(/web-\S+ +3 +3 +3 /);
    expect(of("rollout").stdout).toMatch(/web-\S+ +0 +0 +0 /);
  });

  it("half a minute after the accident nobody has noticed; after a minute the node is NotReady", () => {
    expect(of("plug").stdout).not.toContain("NotReady");
    expect(of("noticed").stdout).toMatch(/worker-2 +NotReady/);
    expect(picture("noticed")).not.toContain("Terminating");
  });

  it("five minutes later the pod is Terminating where it was and replaced elsewhere", () => {
    expect(of("evicted").stdout).toMatch(/Terminating .* worker-2/);
    expect(of("evicted").stdout.match(/ Running .*worker-[13]/g)?.length).toBe(3);
  });

  it("going back takes the accident away, and after a drain it harms nobody", () => {
    expect(picture("back")).not.toContain("machine down");
    expect(of("drain").stdout).not.toMatch(/Running .*worker-2/);
    expect(of("again").stdout).toMatch(/worker-2 +NotReady,SchedulingDisabled/);
    expect(of("again").stdout).toMatch(/web +3\/3 +3 +3 /);
  });

  it("the future that was left is a branch that one can go back to", async () => {
    const { result } = await client.execute("cluster.branches.length");
    expect(result).toBe("3");
    await client.execute("cluster.goto(cluster.branches[1].tip.step, 1)");
    expect((await client.execute("%kubectl get pods")).stdout).toContain("Terminating");
  });
});
