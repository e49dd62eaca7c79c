import type { JsonObject } from "../../sim/api/types.ts";
import { CREATE_FLAGS, createObject, nameArgument } from "./create-object.ts";
import { fail } from "./failure.ts";
import type { Call, Verb } from "./verb.ts";

/** Host, path, service, port, and what follows the comma: create_ingress.go's own pattern of a rule. */
const RULE = /^(?<host>[^/=]*)(?<path>\/.*)?=(?<service>[\w-]+):(?<port>[\w-]+)(?:,(?<tls>tls(?:=[^,]*)?))?$/;

/** `kubectl create ingress NAME --rule=host/path=svc:port[,tls[=secret]]` (create_ingress.go). */
export const createIngress: Verb = {
  name: "ingress",
  aliases: ["ing"],
  flags: [
    ...CREATE_FLAGS,
    { name: "class", type: "string" },
    { name: "rule", type: "strings" },
    { name: "default-backend", type: "string" },
    { name: "annotation", type: "strings" },
  ],
  run(call) {
    const name = nameArgument(call, "ingress");
    if (!call.has("rule") && call.text("default-backend") === "") {
      fail(
        "not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)",
      );
    }
    const rules = call.each("rule").map(readRule);
    const annotations = Object.fromEntries(call.each("annotation").map(readAnnotation));
    const metadata = {
      ...(call.has("annotation") ? { annotations } : {}),
      ...{ creationTimestamp: null, name },
    };
    const tls = tlsOf(rules);
    const spec = {
      ...(call.text("default-backend") === "" ? {} : { defaultBackend: defaultBackend(call) }),
      ...(call.text("class") === "" ? {} : { ingressClassName: call.text("class") }),
      ...(rules.length > 0 ? { rules: rulesByHost(rules) } : {}),
      ...(tls.length > 0 ? { tls } : {}),
    };
    const head = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata };
    createObject(call, { ...head, spec, status: { loadBalancer: {} } }, name, "failed to create ingress");
  },
};

interface Rule {
  readonly host: string;
  readonly path: string;
  readonly backend: JsonObject;
  /** Name of the secret, "" for none of its own; absent without TLS. */
  readonly secret?: string;
}

function readAnnotation(pair: string): readonly [string, string] {
  const equals = pair.indexOf("=");
  if (equals < 1) fail(`annotation ${pair} is invalid and should be in format key=[value]`);
  return [pair.slice(0, equals), pair.slice(equals + 1)];
}

function backendOf(service: string, port: string): JsonObject {
  return { service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
}

function readRule(text: string): Rule {
  const found = RULE.exec(text)?.groups;
  if (found === undefined)
    fail(`rule ${text} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
  const { host = "", path = "", service = "", port = "", tls } = found;
  const rule = { host, path, backend: backendOf(service, port) };
  return tls === undefined ? rule : { ...rule, secret: tls.slice("tls=".length) };
}

function defaultBackend(call: Call): JsonObject {
  const [service = "", port = "", ...more] = call.text("default-backend").split(":");
  if (service === "" || port === "" || more.length > 0)
    fail("default-backend should be in format servicename:serviceport");
  return backendOf(service, port);
}

/** A path that ends in a star is the beginning of paths. */
function pathOf({ path, backend }: Rule): JsonObject {
  if (path.endsWith("*")) return { backend, path: path.slice(0, -1), pathType: "Prefix" };
  return { backend, path: path || "/", pathType: "Exact" };
}

function rulesByHost(rules: readonly Rule[]): readonly JsonObject[] {
  const hosts = [...new Set(rules.map(({ host }) => host))];
  return hosts.map((host) => ({
    ...(host === "" ? {} : { host }),
    http: { paths: rules.filter((rule) => rule.host === host).map(pathOf) },
  }));
}

function tlsOf(rules: readonly Rule[]): readonly JsonObject[] {
  const secured = rules.filter(({ secret }) => secret !== undefined);
  const secrets = [...new Set(secured.map(({ secret = "" }) => secret))];
  return secrets.map((secret) => {
    const hosts = [...new Set(secured.filter((rule) => rule.secret === secret).map(({ host }) => host))];
    const named = hosts.filter((host) => host !== "");
    return { ...(named.length > 0 ? { hosts: named } : {}), ...(secret === "" ? {} : { secretName: secret }) };
  });
}
