/**
 * kubeadm: makes the objects that a new cluster begins with, and is done.
 * Source: Kubernetes 1.32, cmd/kubeadm/app/phases/addons/dns/dns.go; the API server's own Service stands in for
 * pkg/controlplane/controller/kubernetesservice, which would be a part of kube-apiserver.
 * Left out: all other phases: machines and processes stand already; the API server's look at its Service every ten seconds.
 * Invariant: one request at a time; what exists is left as it is; once everything has been made, a restart makes only what
 * the API server sees to.
 */
import type { ResponseBody } from "../api/server/protocol.ts";
import type { ApiResponse, Json } from "../api/types.ts";
import { lostContext, messageOf, sendRequest, succeeded } from "../client/requests.ts";
import type { Component, Io, LostBody, PeriodicBody } from "../time/component.ts";
import { millisecond } from "../time/instant.ts";
import type { Body } from "../time/timeline.ts";
import { apiServerObjects, dnsObjects, type Installed } from "./cluster-objects.ts";
import { standardObjects } from "./standard-objects.ts";

/** How often kubeadm looks whether the API server answers (its apiclient's poll interval). */
const retryUs = 500 * millisecond;
/** A server that is away for so many tries is away for long: nobody waits for it any more. */
const triesMax = 20;

/** The Services' network where none was chosen. */
const defaultNetwork = "172.21.0.0/16";

interface NextBody extends PeriodicBody {
  readonly kind: "install";
  readonly index: number;
  readonly tries: number;
}

/** Machines on which everything has been installed. */
function installed(io: Io) {
  return io.table<boolean>("kubeadm installed");
}

/** The kubeadm process of the control-plane machine. */
export const kubeadm: Component = {
  name: "kubeadm",
  start: (io) => install(io, 0, 0),
  handle(body, io) {
    switch (body.kind) {
      case "install": {
        const { index, tries } = body as NextBody;
        return install(io, index, tries);
      }
      case "response": {
        const { context, response } = body as ResponseBody;
        return answered(io, context as Context, response);
      }
      case "lost": {
        const context: Json | undefined = lostContext(body as LostBody);
        return context === undefined ? undefined : retry(io, context as Context);
      }
      default:
        throw new Error(`${io.self} can't handle an event of kind "${body.kind}"`);
    }
  },
};

type Context = { readonly index: number; readonly tries: number };

function wanted(io: Io): readonly Installed[] {
  const host = io.table<{ readonly address: string }>("hosts").get(io.machine);
  const network = io.table<string>("service network").get("") ?? defaultNetwork;
  const own = apiServerObjects(host?.address ?? "127.0.0.1", network);
  if (installed(io).get(io.machine) === true) return own;
  const roles = io.table<boolean>("standard roles").get("") === true ? standardObjects() : [];
  return [...own, ...dnsObjects(network), ...roles];
}

function install(io: Io, index: number, tries: number): void {
  const next = wanted(io)[index];
  if (next === undefined) return void installed(io).set(io.machine, true);
  const { body, ...place } = next;
  sendRequest(io, { ...place, verb: "create", body }, { index, tries });
}

function answered(io: Io, context: Context, response: ApiResponse): void {
  const { index } = context;
  const { resource, namespace, body } = wanted(io)[index] as Installed;
  const object = `${resource.replace(/(?<=class)es$|s$/, "")}/${namespace ?? ""}/${(body.metadata as { name: string }).name}`;
  if (succeeded(response)) io.note("install", object, "", "part of every new cluster");
  // 404, 403 and 5xx: the namespace is not there yet, or the server is not ready.
  else if (response.code !== 409 && response.code !== 422) return retry(io, context);
  else if (response.code === 422) io.note("install", object, "Failed", messageOf(response));
  install(io, index + 1, 0);
}

function retry(io: Io, { index, tries }: Context): void {
  const body: Body & NextBody = { kind: "install", index, tries: tries + 1 };
  io.after(retryUs, tries < triesMax ? body : { ...body, periodic: true });
}
