import type { Json } from "../../sim/api/types.ts";
import { CREATE_FLAGS, nameArgument } from "./create-object.ts";
import { fail, KubectlError } from "./failure.ts";
import { textAt } from "./json-values.ts";
import { BUILT_IN_KINDS } from "./kinds.ts";
import { attempt, messageOf } from "./manifest.ts";
import { printObject } from "./output.ts";
import type { Verb } from "./verb.ts";

const SERVICE_ACCOUNT = BUILT_IN_KINDS.find((kind) => kind.kind === "ServiceAccount")!;

/** `kubectl create token SERVICEACCOUNT` (create_token.go): asks the server for one; what it has none for, it refuses. */
export const createToken: Verb = {
  name: "token",
  takesResources: "ServiceAccount",
  flags: [
    ...CREATE_FLAGS,
    { name: "audience", type: "strings" },
    { name: "duration", type: "duration" },
    { name: "bound-object-kind", type: "string" },
    { name: "bound-object-name", type: "string" },
    { name: "bound-object-uid", type: "string" },
  ],
  run(call) {
    const name = nameArgument(call, "token");
    const seconds = Math.floor(call.durationUs("duration") / 1_000_000);
    if (call.has("duration") && seconds <= 0) fail("--duration must be greater than or equal to 1 second");
    const audiences: Json = call.has("audience") ? call.list("audience") : null;
    const boundObjectRef = call.has("bound-object-kind")
      ? {
          boundObjectRef: {
            apiVersion: "v1",
            kind: call.text("bound-object-kind"),
            ...{ name: call.text("bound-object-name"), uid: call.text("bound-object-uid") },
          },
        }
      : {};
    const spec = { audiences, ...boundObjectRef, expirationSeconds: call.has("duration") ? seconds : null };
    const body = {
      ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest" },
      ...{ metadata: { creationTimestamp: null }, spec, status: { expirationTimestamp: null, token: "" } },
    };
    const made = attempt(() => call.api.createBelow(SERVICE_ACCOUNT, call.namespace, name, "token", body));
    if (made instanceof KubectlError) fail(`failed to create token: ${messageOf(made)}`);
    if (call.text("output") === "") call.out(`${textAt(made, "status", "token")}\n`);
    else printObject(call, made);
  },
};
