import { annotate } from "./annotate.ts";
import { apiResources } from "./api-resources.ts";
import { apply } from "./apply.ts";
import { cordon, uncordon } from "./cordon.ts";
import { create } from "./create.ts";
import { debug } from "./debug.ts";
import { remove } from "./delete.ts";
import { describe } from "./describe/describe.ts";
import { drain } from "./drain.ts";
import { events } from "./events.ts";
import { exec } from "./exec.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { label } from "./label.ts";
import { logs } from "./logs.ts";
import { patch } from "./patch.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set.ts";
import { taint } from "./taint.ts";
import { top } from "./top.ts";
import type { Verb } from "./verb.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

/** Every modelled command, in the real tool's order, which decides the order of suggestions. A new one adds its file and one word. */
export const verbs: readonly Verb[] = [
  ...[create, expose, run, set, get, remove],
  ...[rollout, scale],
  ...[top, cordon, uncordon, drain, taint],
  ...[describe, logs, exec, debug, events],
  ...[apply, patch, wait],
  ...[label, annotate],
  ...[version, apiResources],
];
