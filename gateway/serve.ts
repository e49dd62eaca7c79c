/** A cluster behind the Kubernetes API on loopback: credentials, listener and gateway put together. */
import type { Cluster } from "../sim/index.ts";
import type { ClockMode, GatewayClock } from "./clock.ts";
import { makeCredentials } from "./credentials.ts";
import { packageDescriptions } from "./descriptions.ts";
import type { ExecHost } from "./exec.ts";
import { Gateway } from "./gateway.ts";
import { kubeconfig } from "./kubeconfig.ts";
import { type Listener, listen, type Patience } from "./listener.ts";

/** Where and how a cluster is served. */
export interface ServeOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** How time goes. Default: on demand. */
  readonly mode?: ClockMode;
  readonly patience?: Patience;
  /** Runs commands in containers; without one kubectl exec is refused. */
  readonly exec?: ExecHost;
}

/** A cluster that is being served. */
export interface Served {
  readonly url: string;
  /** The text of a kubeconfig for it. */
  readonly kubeconfig: string;
  /** The administrator's bearer token. */
  readonly token: string;
  readonly clock: GatewayClock;
  /** Open watches and followed logs. */
  readonly streams: number;
  /** Tells watchers what has changed, after the cluster was moved by other ways than through this server. */
  moved(): void;
  /** Ends all connections and gives the port back. */
  close(): Promise<void>;
}

/** Serves a cluster. Rejects with Node's own error where the port can't be had. */
export async function serveCluster(cluster: Cluster, options: ServeOptions): Promise<Served> {
  const { port, mode = { kind: "on-demand" }, patience, exec } = options;
  const credentials = await makeCredentials();
  let listener: Listener | undefined;
  const behaviour = { mode, descriptions: packageDescriptions(), ...(exec && { exec }) };
  const gateway = new Gateway(cluster, behaviour, (message) => listener?.deliver(message));
  listener = await listen(port, credentials, (message) => gateway.receive(message), patience);
  const { url, close } = listener;
  return {
    url,
    kubeconfig: kubeconfig(url, credentials),
    token: credentials.token,
    clock: gateway.clock,
    get streams() {
      return gateway.open;
    },
    moved: () => gateway.moved(),
    close: () => {
      gateway.close();
      return close();
    },
  };
}
