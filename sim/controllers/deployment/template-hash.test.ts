import { expect, it } from "vitest";
import { sameTemplate, templateHash } from "./template-hash.ts";

const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image: "web:1" }] } };

it("is made of letters and digits that spell nothing", () => {
  expect(templateHash(template, undefined)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
});

it("does not depend on the order of fields, but on values and collisions", () => {
  const turned = { spec: { containers: [{ image: "web:1", name: "c" }] }, metadata: { labels: { app: "web" } } };
  const hash = templateHash(template, undefined);
  expect(templateHash(turned, undefined)).toBe(hash);
  expect(templateHash({ ...template, spec: { containers: [{ name: "c", image: "web:2" }] } }, undefined)).not.toBe(
    hash,
  );
  expect(templateHash(template, 1)).not.toBe(hash);
});

it("is itself no part of what is compared", () => {
  const labelled = { ...template, metadata: { labels: { app: "web", "pod-template-hash": "x" } } };
  expect(sameTemplate(labelled, template)).toBe(true);
  expect(sameTemplate(labelled, { ...template, metadata: { labels: { app: "other" } } })).toBe(false);
});
