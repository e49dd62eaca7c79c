import fc from "fast-check";
import { expect, it } from "vitest";
import { base64 } from "./base64.ts";

it("encodes any text as the platform does", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(base64(text)).toBe(Buffer.from(text, "utf8").toString("base64"));
    }),
  );
});

it("writes a lone surrogate as the replacement character", () => {
  expect(base64("a\ud800b")).toBe(Buffer.from("a\ufffdb", "utf8").toString("base64"));
});
