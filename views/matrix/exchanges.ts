/**
 * Which calls the record of some steps holds: messages that one party sent to another, what kube-apiserver's stages say of etcd
 * and of kubelets, and what containerd did because of a kubelet. An answer and a watch notice belong to the call that asked for
 * them. Nothing is inferred from what a component is for.
 */
import type { JournalEntry, MessageSnapshot, Snapshot } from "../../sim/snapshot.ts";
import { partyOf } from "./parties.ts";

/** One call. */
export interface Exchange {
  readonly step: number;
  readonly caller: string;
  readonly called: string;
  /** What it was, in a few words, e.g. "create pods default". */
  readonly words: string;
}

const ANSWERS = new Set(["response", "deliver", "closed", "lost", "timer"]);

function ofMessage({ step, from, to, kind, label, dropped }: MessageSnapshot): Exchange | undefined {
  if (from === to || dropped || ANSWERS.has(kind)) return undefined;
  return { step, caller: partyOf(from), called: partyOf(to), words: kind === "record" ? "Events" : label || kind };
}

/** The stages that kube-apiserver wrote down for a request; [] for any other entry. */
export function stagesOf(entry: JournalEntry): readonly { stage: string; plugin: string; verdict: string }[] {
  const { detail } = entry;
  if (!Array.isArray(detail)) return [];
  return detail.filter(
    (one): one is { stage: string; plugin: string; verdict: string } =>
      typeof one === "object" && one !== null && "stage" in one && "verdict" in one && "plugin" in one,
  );
}

const TO_KUBELET = /^ask the kubelet/;

function ofStages(entry: JournalEntry): Exchange[] {
  const found: Exchange[] = [];
  for (const { stage, plugin, verdict } of stagesOf(entry)) {
    const { step } = entry;
    const words = `${verdict} ${plugin}`;
    if (TO_KUBELET.test(verdict)) found.push({ step, caller: "kube-apiserver", called: "kubelet", words: plugin });
    else if (stage === "store" || stage === "read")
      found.push({ step, caller: "kube-apiserver", called: "etcd", words: stage === "read" ? verdict : words });
  }
  return found;
}

/** True for a target that names a Service or a pod; the journal does not say who answers at a bare address. */
function isNamed(target: string): boolean {
  return /^(?!node\/)[a-z]/.test(target.replace(/^([a-z]+:\/\/|ping )/, ""));
}

/** "pod/default/client → http://web: answered": a packet that somebody had sent. Only what was answered counts. */
function ofTrace({ step, message }: JournalEntry): Exchange | undefined {
  const [, from = "", to = ""] = /^(\S+) → (.*): answered$/.exec(message) ?? [];
  const caller = from.startsWith("pod/") ? "pods" : from === "outside" ? "user" : undefined;
  if (caller === undefined || !isNamed(to)) return undefined;
  return { step, caller, called: /\bkubernetes\b/.test(to) ? "kube-apiserver" : "pods", words: `traffic to ${to}` };
}

/** All calls in the record of a snapshot, oldest first. */
export function exchangesOf({ messages, journal }: Snapshot): readonly Exchange[] {
  const handler = new Map<number, string>();
  const found: Exchange[] = [];
  for (const message of messages) {
    if (!handler.has(message.step)) handler.set(message.step, message.to);
    const call = ofMessage(message);
    if (call !== undefined) found.push(call);
  }
  for (const entry of journal) {
    const { step, actor, verb, cause } = entry;
    if (actor.startsWith("kube-apiserver/")) found.push(...ofStages(entry));
    else if (actor.startsWith("containerd/") && partyOf(handler.get(cause) ?? "") === "kubelet")
      found.push({ step, caller: "kubelet", called: "containerd", words: verb });
    else if (actor === "user" && verb === "trace") {
      const call = ofTrace(entry);
      if (call !== undefined) found.push(call);
    }
  }
  return found.sort((a, b) => a.step - b.step);
}
