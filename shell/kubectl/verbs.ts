import { annotate } from "./annotate.ts";
import { apiResources, apiVersions } from "./api-resources.ts";
import { apply } from "./apply.ts";
import { auth } from "./auth.ts";
import { autoscale } from "./autoscale.ts";
import { configuration } from "./config.ts";
import { cordon, uncordon } from "./cordon.ts";
import { create } from "./create.ts";
import { debug } from "./debug.ts";
import { remove } from "./delete.ts";
import { describe } from "./describe/describe.ts";
import { diff } from "./diff.ts";
import { drain } from "./drain.ts";
import { edit } from "./edit.ts";
import { events } from "./events.ts";
import { exec } from "./exec.ts";
import { explain } from "./explain.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { label } from "./label.ts";
import { logs } from "./logs.ts";
import { patch } from "./patch.ts";
import { refusedVerbs } from "./refused-verbs.ts";
import { replace } from "./replace.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { serverAddresses } from "./server-addresses.ts";
import { set } from "./set.ts";
import { taint } from "./taint.ts";
import { top } from "./top.ts";
import type { Verb } from "./verb.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

/** Every modelled command, in the real tool's order, which decides the order of suggestions. A new one adds its file and one word. */
export const verbs: readonly Verb[] = [
  ...[create, expose, run, set, explain, get, edit, remove],
  ...[rollout, scale, autoscale],
  ...[serverAddresses, top, cordon, uncordon, drain, taint],
  ...[describe, logs, exec, debug, auth, events],
  ...[diff, apply, patch, replace, wait],
  ...[label, annotate],
  ...[apiResources, apiVersions, configuration, version],
  ...refusedVerbs,
];
