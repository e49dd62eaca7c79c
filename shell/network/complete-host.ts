import type { KubeList } from "../../sim/api/types.ts";
import type { ShellClient } from "../client.ts";

/** Host names that a request may be sent to: the cluster's Services, as a pod of their namespace (or of another) calls them. */
export function completeHost(argv: readonly string[], client: ShellClient): readonly string[] {
  const typed = argv.at(-1) ?? "";
  if (typed.startsWith("-")) return [];
  const scheme = /^https?:\/\//.exec(typed)?.[0] ?? "";
  const answer = client.request({ verb: "list", group: "", version: "v1", resource: "services" });
  if (!("code" in answer) || answer.code !== 200) return [];
  const names = (answer.body as KubeList).items.map(({ metadata: { name, namespace } }) =>
    namespace === "default" ? name : `${name}.${namespace}`,
  );
  return names.map((name) => scheme + name).filter((name) => name.startsWith(typed) && name !== typed);
}
