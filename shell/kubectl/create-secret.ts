import { base64OfText } from "../../sim/api/schema/base64.ts";
import type { JsonObject } from "../../sim/api/types.ts";
import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import { compactJson } from "./json-print.ts";
import { KEY_FLAGS, readKeySources } from "./key-sources.ts";
import type { Call, Verb } from "./verb.ts";

const FAILING = "failed to create secret ";
const DOCKER_HUB = "https://index.docker.io/v1/";
const WORDING = {
  wrong: (key: string) => `"${key}" is not valid key name for a Secret `,
  taken: (key: string) => `cannot add key ${key}, another key by that name already exists`,
};

function secretOf(name: string, type: string, entries: ReadonlyMap<string, string>): JsonObject {
  const data = Object.fromEntries([...entries].map(([key, text]) => [key, base64OfText(text)]));
  return {
    apiVersion: "v1",
    ...(entries.size > 0 ? { data } : {}),
    ...{ kind: "Secret", metadata: { creationTimestamp: null, name } },
    ...(type === "" ? {} : { type }),
  };
}

const generic: Verb = {
  name: "generic",
  flags: [...CREATE_FLAGS, ...KEY_FLAGS, { name: "type", type: "string" }],
  run(call) {
    const name = nameArgument(call, "secret generic");
    createObject(call, secretOf(name, call.text("type"), readKeySources(call, WORDING)), name, FAILING);
  },
};

const tls: Verb = {
  name: "tls",
  flags: [...CREATE_FLAGS, { name: "cert", type: "string" }, { name: "key", type: "string" }],
  run(call) {
    const name = nameArgument(call, "secret tls");
    if (call.text("key") === "" || call.text("cert") === "") fail("key and cert must be specified");
    const cert = pemText(call, "cert", "certificate");
    const key = pemText(call, "key", "key");
    const entries = new Map([...([["tls.crt", cert]] as const), ["tls.key", key]]);
    createObject(call, secretOf(name, "kubernetes.io/tls", entries), name, FAILING);
  },
};

/** A file that must hold something between PEM's lines; whether key and certificate belong together is not looked at. */
function pemText(call: Call, flag: string, what: string): string {
  const path = call.text(flag);
  const text = call.files.read(path);
  if (text === undefined) fail(`Cannot read file ${path}, open ${path}: no such file or directory`);
  if (!/-----BEGIN [A-Z0-9 ]+-----[\s\S]+-----END [A-Z0-9 ]+-----/.test(text)) {
    fail(`tls: failed to find any PEM data in ${what} input`);
  }
  return text;
}

const dockerRegistry: Verb = {
  name: "docker-registry",
  flags: [
    ...CREATE_FLAGS,
    ...KEY_FLAGS.filter(({ name }) => name !== "from-literal" && name !== "from-env-file"),
    ...["docker-server", "docker-username", "docker-password", "docker-email"].map((name) => {
      return { name, type: "string" as const };
    }),
  ],
  run(call) {
    const name = nameArgument(call, "secret docker-registry");
    const type = "kubernetes.io/dockerconfigjson";
    const [username, password] = [call.text("docker-username"), call.text("docker-password")];
    if (call.has("from-file")) {
      createObject(call, secretOf(name, type, readKeySources(call, WORDING)), name, FAILING);
      return;
    }
    if (username === "" || password === "") {
      fail(
        "either --from-file or the combination of --docker-username, --docker-password and --docker-server is required",
      );
    }
    const email = call.text("docker-email");
    const auth = base64OfText(`${username}:${password}`);
    const entry = { username, password, ...(email === "" ? {} : { email }), auth };
    const auths = { [call.text("docker-server") || DOCKER_HUB]: entry };
    // Fields in the order of the Go struct, as encoding/json writes them.
    const fields = Object.entries(entry).map(([key, text]) => `"${key}":${compactJson(text)}`);
    const json = `{"auths":{${compactJson(Object.keys(auths)[0]!)}:{${fields.join(",")}}}}`;
    createObject(call, secretOf(name, type, new Map([[".dockerconfigjson", json]])), name, FAILING);
  },
};

/** `kubectl create secret TYPE NAME` (create_secret.go, create_secret_tls.go, create_secret_docker.go). */
export const createSecret: Verb = {
  name: "secret",
  flags: [],
  verbs: [dockerRegistry, generic, tls],
  run(call) {
    call.out("Create a secret with specified type.\n");
  },
};
