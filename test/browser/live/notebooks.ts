/** Notebooks that the tests of live views open. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** The code of one picture, and whether its controls move the cluster. */
export interface PictureCell {
  readonly name: string;
  readonly code: string;
  readonly moves: boolean;
}

/** Makes the cluster that the pictures are of: three nodes, three pods behind a Service, and a client, caught in the middle. */
export const clusterCell = `const cluster = orrery.create({ zones: 3, workersPerZone: 1, seed: 7 })
kubectl\`run client --image=busybox --command -- sleep infinity\`
kubectl\`create deployment web --image=nginx --replicas=3\`
kubectl\`expose deployment web --port=80\`
cluster.settle()
kubectl\`scale deployment web --replicas=4\`
cluster.step(30)`;

/** Each picture that lessons can show. */
export const pictures: readonly PictureCell[] = [
  { name: "components", code: "show.components()", moves: true },
  { name: "node", code: 'show.node("worker-1")', moves: true },
  { name: "path", code: 'show.path(cluster.trace("pod/client", "http://web"))', moves: false },
  { name: "tree", code: "show.tree()", moves: true },
  { name: "timeline", code: 'show.timeline({ object: "deployment/default/web", steps: 40 })', moves: true },
  { name: "why", code: 'show.why("deployment/web")', moves: true },
  { name: "matrix", code: "show.matrix()", moves: true },
  { name: "sequence", code: 'show.sequence("deployment/web")', moves: true },
  { name: "placement", code: "show.placement()", moves: true },
  { name: "journal", code: "show.journal()", moves: true },
];

/** Writes a notebook of code cells; `kernel` is the name of its kernelspec. Cell n has the id "cell-n". */
export function writeNotebook(root: string, name: string, sources: readonly string[], kernel = "orrery"): string {
  const cells = sources.map((source, at) => ({
    cell_type: "code",
    id: `cell-${at}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  return writeCells(root, name, cells, kernel);
}

/** Writes a notebook of cells as they are, outputs and all. */
export function writeCells(root: string, name: string, cells: readonly unknown[], kernel = "orrery"): string {
  const metadata = {
    kernelspec: { name: kernel, display_name: kernel, language: "typescript" },
    language_info: { name: "typescript" },
  };
  writeFileSync(join(root, name), JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells }));
  return name;
}
