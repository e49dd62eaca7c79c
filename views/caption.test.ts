import { expect, it } from "vitest";
import { entryWords, saidWords } from "./caption.ts";

const entry = {
  step: 1,
  at: 0,
  actor: "kube-apiserver/master-1",
  verb: "create",
  object: "node//worker-1",
  reason: "",
  cause: 0,
};
const stages = "authenticate: kubernetes-admin → authorize: allow: group system:masters → validate: valid";

it("an API server's line says who did what to what, and its stages stay in the long form", () => {
  const message = `${stages} → store: create`;
  expect(entryWords({ ...entry, message })).toBe("kube-apiserver/master-1 · create node/worker-1");
  expect(saidWords({ ...entry, message })).toBe(message);
});

it("a request that was not carried out says where it ended", () => {
  const message = "authenticate: system:anonymous → authorize: deny: no rule allows it";
  expect(entryWords({ ...entry, message })).toBe(
    "kube-apiserver/master-1 · create node/worker-1: authorize: deny: no rule allows it",
  );
});

it("what other components say is told whole", () => {
  expect(entryWords({ ...entry, actor: "kubelet/worker-1", message: "a → b" })).toMatch(/: a → b$/);
});
