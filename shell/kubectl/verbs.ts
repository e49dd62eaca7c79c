import { annotate } from "./annotate.ts";
import { apiResources } from "./api-resources.ts";
import { apply } from "./apply.ts";
import { cordon, uncordon } from "./cordon.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { drain } from "./drain.ts";
import { get } from "./get.ts";
import { label } from "./label.ts";
import { patch } from "./patch.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set.ts";
import { taint } from "./taint.ts";
import type { Verb } from "./verb.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

/** Every modelled command, in the real tool's order, which decides the order of suggestions. A new one adds its file and one word. */
export const verbs: readonly Verb[] = [
  ...[create, run, set, get, remove],
  ...[rollout, scale],
  ...[cordon, uncordon, drain, taint],
  ...[apply, patch, wait],
  ...[label, annotate],
  ...[version, apiResources],
];
