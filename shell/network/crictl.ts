import { ageOf } from "../../sim/api/tables/duration.ts";
import type { JsonObject, KubeList, KubeObject } from "../../sim/api/types.ts";
import type { ShellCommand, Terminal } from "../command.ts";
import { listAt, textAt } from "../kubectl/json-values.ts";
import { alignColumns } from "../kubectl/table-print.ts";
import { options } from "../sh/tool.ts";

/** `crictl ps [-a]` and `crictl pods` on a node: what its runtime holds, as the pods' statuses tell it. */
export const crictl: ShellCommand = {
  name: "crictl",
  run(argv, terminal) {
    const { flags, words } = options(argv);
    const [verb] = words;
    if (verb === "pods")
      terminal.out(alignColumns([POD_HEAD, ...podsHere(terminal).map((pod) => podRow(terminal, pod))]));
    else if (verb === "ps") {
      const rows = podsHere(terminal).flatMap((pod) => containerRows(terminal, pod, flags.has("a")));
      terminal.out(alignColumns([CONTAINER_HEAD, ...rows]));
    } else {
      terminal.err(`crictl: only "ps" and "pods" are part of this simulation\n`);
      return 1;
    }
    return 0;
  },
};

const POD_HEAD = ["POD ID", "CREATED", "STATE", "NAME", "NAMESPACE", "ATTEMPT", "RUNTIME"];
const CONTAINER_HEAD = ["CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD"];

function podsHere({ client, place }: Terminal): readonly KubeObject[] {
  const node = place.kind === "node" ? place.name : place.kind === "container" ? place.node : undefined;
  const answer = client.request({
    ...{ verb: "list", group: "", version: "v1", resource: "pods" },
    fieldSelector: `spec.nodeName=${node ?? ""}`,
  });
  return "code" in answer && answer.code === 200 ? (answer.body as KubeList).items : [];
}

function ago({ client }: Terminal, time: string): string {
  return `${ageOf(time, Math.floor(client.wallMs / 1000))} ago`;
}

function podRow(terminal: Terminal, pod: KubeObject): readonly string[] {
  const { name, namespace = "", uid = "" } = pod.metadata;
  const state = textAt(pod, "status", "phase") === "Running" ? "Ready" : "NotReady";
  const start = textAt(pod, "status", "startTime");
  return [uid.replaceAll("-", "").slice(0, 13), ago(terminal, start), state, name, namespace, "0", "(default)"];
}

function containerRows(terminal: Terminal, pod: KubeObject, all: boolean): readonly (readonly string[])[] {
  const statuses = listAt(pod, "status", "containerStatuses") as readonly JsonObject[];
  return statuses.flatMap((status) => {
    const running = textAt(status, "state", "running", "startedAt");
    const ended = textAt(status, "state", "terminated", "startedAt");
    if (running === "" && (!all || ended === "")) return [];
    const id = textAt(status, "containerID").replace("containerd://", "").slice(0, 13);
    const attempt = String(status["restartCount"] ?? 0);
    const state = running === "" ? "Exited" : "Running";
    const created = ago(terminal, running || ended);
    return [[id, textAt(status, "image"), created, state, textAt(status, "name"), attempt, pod.metadata.name]];
  });
}
