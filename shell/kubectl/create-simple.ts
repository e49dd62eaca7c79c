import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import type { Verb } from "./verb.ts";

/** `kubectl create namespace NAME`. */
export const createNamespace: Verb = {
  name: "namespace",
  aliases: ["ns"],
  flags: CREATE_FLAGS,
  run(call) {
    const name = nameArgument(call, "namespace");
    const metadata = { creationTimestamp: null, name };
    createObject(call, { apiVersion: "v1", kind: "Namespace", metadata, spec: {}, status: {} }, name, "");
  },
};

/** `kubectl create serviceaccount NAME`. */
export const createServiceAccount: Verb = {
  name: "serviceaccount",
  aliases: ["sa"],
  flags: CREATE_FLAGS,
  run(call) {
    const name = nameArgument(call, "serviceaccount");
    const metadata = { creationTimestamp: null, name };
    const failing = "failed to create serviceaccount";
    createObject(call, { apiVersion: "v1", kind: "ServiceAccount", metadata }, name, failing);
  },
};
