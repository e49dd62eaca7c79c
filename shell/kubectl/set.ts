import type { JsonObject } from "../../sim/api/types.ts";
import { fail, failUsage, KubectlError } from "./failure.ts";
import type { Flag } from "./flags.ts";
import { isObject, listAt, objectAt, sortedKeys, textAt, withAt } from "./json-values.ts";
import { labelMapOf } from "./label-map.ts";
import { attempt, type Target, throwCollected } from "./manifest.ts";
import { readPairs } from "./metadata-change.ts";
import { CHANGE_FLAGS, printDone, writeChoice } from "./output.ts";
import { podSpecPath, withContainers } from "./pod-spec.ts";
import { SELECTION_FLAGS, selectObjects } from "./selection.ts";
import { strategicThreeWay } from "./three-way.ts";
import type { Call, Verb } from "./verb.ts";

const FLAGS: readonly Flag[] = [...SELECTION_FLAGS, ...CHANGE_FLAGS];

const setImage: Verb = {
  name: "image",
  takesResources: true,
  flags: FLAGS,
  run(call) {
    const { resources, set } = readPairs(call, "image");
    if (resources.length === 0 && !call.has("filename")) {
      fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if (set.size === 0) fail("at least one image update is required");
    changePods(call, resources, "image updated", "set", (object, path) => {
      for (const [name, image] of set) refuseUnknown(objectAt(object, ...path), name, image);
      return withContainers(object, path, (container) => {
        const image = set.get(textAt(container, "name")) ?? set.get("*");
        return image === undefined ? container : { ...container, image };
      });
    });
  },
};

function refuseUnknown(podSpec: JsonObject, name: string, image: string): void {
  if (image === "") fail(`invalid image name "${image}"`);
  const containers = [...listAt(podSpec, "initContainers"), ...listAt(podSpec, "containers")];
  if (name === "*" || containers.some((container) => textAt(container, "name") === name)) return;
  fail(`unable to find container named "${name}"`);
}

const setEnv: Verb = {
  name: "env",
  takesResources: true,
  flags: [
    ...FLAGS,
    { name: "containers", short: "c", type: "string" },
    { name: "list", type: "bool" },
    { name: "env", short: "e", type: "strings" },
  ],
  run(call) {
    const { resources, set, removed } = readPairs(call, "environment variable");
    for (const pair of call.each("env"))
      (set as Map<string, string>).set(pair.split("=")[0]!, pair.slice(pair.indexOf("=") + 1));
    if (resources.length === 0 && !call.has("filename")) {
      fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    }
    if (call.on("list")) {
      listEnv(call, resources);
      return;
    }
    if (set.size + removed.length === 0) fail("at least one environment variable must be provided");
    changePods(call, resources, "env updated", "set", (object, path) =>
      withContainers(object, path, (container) => {
        const kept = listAt(container, "env").filter((entry) => !removed.includes(textAt(entry, "name")));
        const changed = kept.map((entry) => {
          const value = set.get(textAt(entry, "name"));
          return value === undefined ? entry : { name: textAt(entry, "name"), value };
        });
        const names = kept.map((entry) => textAt(entry, "name"));
        const added = [...set].filter(([name]) => !names.includes(name)).map(([name, value]) => ({ name, value }));
        const env = [...changed, ...added];
        return withAt(container, ["env"], env.length === 0 ? undefined : env);
      }),
    );
  },
};

function listEnv(call: Call, resources: readonly string[]): void {
  const { targets, errors } = selectObjects(call, resources, { fetch: true });
  for (const { object, kind, name } of targets) {
    for (const container of listAt(object, ...(podSpecPath(kind.kind) ?? []), "containers")) {
      call.out(`# ${kind.kind} ${name}, container ${textAt(container, "name")}\n`);
      for (const entry of listAt(container, "env")) call.out(`${textAt(entry, "name")}=${textAt(entry, "value")}\n`);
    }
  }
  throwCollected(errors);
}

const setResources: Verb = {
  name: "resources",
  takesResources: true,
  flags: [
    ...FLAGS,
    { name: "containers", short: "c", type: "string" },
    { name: "limits", type: "string" },
    { name: "requests", type: "string" },
  ],
  run(call) {
    if (!call.has("limits") && !call.has("requests"))
      fail("you must specify an update to requests or limits (in the form of --requests/--limits)");
    const amounts = (flag: string) => Object.fromEntries(call.list(flag).map((pair) => splitAmount(pair)));
    const only = call.text("containers");
    changePods(call, call.args, "resource requirements updated", "set", (object, path) =>
      withContainers(object, path, (container) => {
        if (only !== "" && only !== "*" && only !== textAt(container, "name")) return container;
        let changed = container;
        for (const field of ["limits", "requests"]) {
          const merged = { ...objectAt(container, "resources", field), ...amounts(field) };
          if (sortedKeys(merged).length > 0) changed = withAt(changed, ["resources", field], merged);
        }
        return changed;
      }),
    );
  },
};

function splitAmount(pair: string): readonly [string, string] {
  const [name = "", amount, ...rest] = pair.split("=");
  if (amount === undefined || rest.length > 0) fail(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
  return [name, amount];
}

const setServiceAccount: Verb = {
  name: "serviceaccount",
  aliases: ["sa"],
  takesResources: true,
  flags: FLAGS,
  run(call) {
    if (call.args.length === 0) fail("serviceaccount is required");
    const resources = call.args.slice(0, -1);
    const account = call.args[call.args.length - 1]!;
    if (resources.length === 0 && !call.has("filename")) {
      fail("one or more resources must be specified as resource/name or resource name");
    }
    changePods(call, resources, "serviceaccount updated", "set", (object, path) => {
      const named = withAt(object, [...path, "serviceAccountName"], account);
      return withAt(named, [...path, "serviceAccount"], account);
    });
  },
};

/** `kubectl set selector TYPE/NAME a=b`: replaces the selector of a Service; other kinds' selectors never change. */
const setSelector: Verb = {
  name: "selector",
  takesResources: true,
  flags: FLAGS.filter(({ name }) => name !== "selector"),
  run(call) {
    const resources = call.args.slice(0, -1);
    const text = call.args.at(-1) ?? "";
    if (resources.length === 0)
      fail("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    const selector = labelMapOf(text, "selector");
    const { targets, errors } = selectObjects(call, resources, { fetch: true });
    const failed = targets.flatMap((target) => {
      const result = attempt(() => changeSelector(call, target, selector));
      return result instanceof KubectlError ? [result] : [];
    });
    throwCollected([...errors, ...failed]);
  },
};

function changeSelector(call: Call, target: Target, selector: JsonObject): void {
  const { kind, namespace, name, object } = target;
  if (kind.kind !== "Service") fail(`setting a selector is only supported for Services: ${kind.kind} ${name}`);
  const patch = [{ op: "add", path: "/spec/selector", value: selector }];
  const choice = writeChoice(call, "kubectl-set");
  const changed =
    call.dryRun === "client"
      ? withAt(object, ["spec", "selector"], selector)
      : call.api.patch(kind, namespace, name, "json", patch, choice);
  printDone(call, target, "selector updated", changed);
}

/** `kubectl set` (staging/src/k8s.io/kubectl/pkg/cmd/set). Left out: `subject`, `env --from`. */
export const set: Verb = {
  name: "set",
  flags: [],
  verbs: [setEnv, setImage, setResources, setSelector, setServiceAccount],
  run(call) {
    const [word] = call.args;
    if (word !== undefined) failUsage("set", `unknown command "${word}"`);
    call.out("Configure application resources.\n");
  },
};

type Change = (object: JsonObject, path: readonly string[]) => JsonObject;

/** Changes the pod spec of every chosen object by a strategic merge patch, and says so where anything changed. */
function changePods(call: Call, resources: readonly string[], done: string, manager: string, change: Change): void {
  const { targets, errors } = selectObjects(call, resources, { fetch: true });
  const failed = [...errors];
  for (const target of targets) {
    const result = attempt(() => changePod(call, target, done, manager, change));
    if (result instanceof KubectlError) failed.push(result);
  }
  throwCollected(failed);
}

function changePod(call: Call, target: Target, done: string, manager: string, change: Change): void {
  const { kind, namespace, name, object } = target;
  const path = podSpecPath(kind.kind);
  if (path === undefined)
    fail(`${kind.resource}/${name} the object is not a pod or does not have a pod template: ${kind.kind}`);
  const modified = change(object, path);
  const patch = strategicThreeWay({ original: object, modified, current: object }, kind.kind);
  if (!isObject(patch) || sortedKeys(patch).length === 0) return;
  const choice = writeChoice(call, `kubectl-${manager}`);
  const changed =
    call.dryRun === "client" ? modified : call.api.patch(kind, namespace, name, "strategic", patch, choice);
  printDone(call, target, done, changed);
}
