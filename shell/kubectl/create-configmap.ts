import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { KEY_FLAGS, readKeySources } from "./key-sources.ts";
import type { Verb } from "./verb.ts";

/** `kubectl create configmap NAME --from-literal=k=v --from-file=[key=]path --from-env-file=path` (create_configmap.go). Left out: folders. */
export const createConfigMap: Verb = {
  name: "configmap",
  aliases: ["cm"],
  flags: [...CREATE_FLAGS, ...KEY_FLAGS],
  run(call) {
    const name = nameArgument(call, "configmap");
    const entries = readKeySources(call, {
      wrong: (key) => `"${key}" is not a valid key name for a ConfigMap: `,
      taken: (key) =>
        `cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${name}"`,
    });
    const metadata = { creationTimestamp: null, name };
    const data = entries.size === 0 ? {} : { data: Object.fromEntries(entries) };
    createObject(call, { apiVersion: "v1", ...data, kind: "ConfigMap", metadata }, name, "failed to create configmap");
  },
};
