import type { KubeObject } from "../../sim/api/types.ts";
import { fail } from "./failure.ts";
import { at, isObject, listAt, textAt } from "./json-values.ts";
import { POD } from "./pod-choice.ts";
import type { Call } from "./verb.ts";
import { waitUntil } from "./waiting.ts";

const TIMEOUT_US = 60_000_000;

/** Lets time pass until a container of a pod runs or has ended; answers the pod. Refuses as kubectl does after a minute. */
export function waitForContainer(call: Call, namespace: string, name: string, container: string): KubeObject {
  let pod: KubeObject | undefined;
  const end = waitUntil(call, TIMEOUT_US, () => {
    pod = call.api.get(POD, namespace, name);
    const status = listAt(pod, "status", "containerStatuses").find((one) => textAt(one, "name") === container);
    return isObject(at(status, "state", "running")) || isObject(at(status, "state", "terminated"));
  });
  if (end !== undefined || pod === undefined) fail("timed out waiting for the condition");
  return pod;
}
