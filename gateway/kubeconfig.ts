/** The file that tells clients where the simulated cluster is and who they are. */
import { randomUUID } from "node:crypto";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import type { Credentials } from "./credentials.ts";

const cluster = "orrery";
const administrator = "kubernetes-admin";
const bearer = "kubernetes-admin-token";
/** The extension by which a file is known as ours, whatever its reader has chosen in it since. */
const marker = "kube-orrery";

/**
 * A kubeconfig for a server's URL. Its context uses the client certificate; the context "…-token" the token, for
 * clients that can't present certificates.
 */
export function kubeconfig(url: string, { authority, administrator: pair, token }: Credentials): string {
  const context = (user: string) => ({ name: `${user}@${cluster}`, context: { cluster, user } });
  const extensions = [{ name: marker, extension: { server: randomUUID() } }];
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: cluster, cluster: { server: url, "certificate-authority-data": base64(authority), extensions } },
    ],
    users: [
      {
        name: administrator,
        user: {
          "client-certificate-data": base64(pair.certificate),
          "client-key-data": base64(pair.key),
        },
      },
      { name: bearer, user: { token } },
    ],
    contexts: [context(administrator), context(bearer)],
    "current-context": `${administrator}@${cluster}`,
  });
}

interface Config {
  readonly clusters?: readonly {
    readonly cluster?: { readonly extensions?: readonly { readonly name: string; readonly extension?: Written }[] };
  }[];
  readonly users?: readonly { readonly name: string }[];
}

interface Written {
  readonly server?: string;
}

/** Which server wrote a kubeconfig; undefined where anything in it is somebody else's: a cluster, or a user. */
function writerOf(text: string): string | undefined {
  const { clusters = [], users = [] } = (parse(text) ?? {}) as Config;
  const writers = clusters.map(
    (one) => one.cluster?.extensions?.find(({ name }) => name === marker)?.extension?.server,
  );
  const foreign = users.some(({ name }) => name !== administrator && name !== bearer);
  return foreign || writers.length !== 1 ? undefined : writers[0];
}

/** Whether a kubeconfig may be written there: nothing is lost, or only what a server like this has left behind. */
export function isFreeForKubeconfig(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    // What can't be read for another reason can't be written either, and is refused then with that reason.
    return ["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "");
  }
  try {
    return text.trim() === "" || writerOf(text) !== undefined;
  } catch {
    return false;
  }
}

/** Writes a kubeconfig that only its owner may read, also where the file existed with other rights. */
export function writeKubeconfig(path: string, text: string): void {
  writeFileSync(path, "", { mode: 0o600 });
  chmodSync(path, 0o600);
  writeFileSync(path, text);
}

/** Takes the file away that was written with this text, also where its current context was changed; no other one. */
export function removeKubeconfig(path: string, text: string): void {
  try {
    if (writerOf(readFileSync(path, "utf8")) === writerOf(text)) rmSync(path);
  } catch {
    // Somebody has taken the file away already, or it is no kubeconfig any more: there is nothing of ours left.
  }
}

function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}
