import { describe, expect, it } from "vitest";
import { large, pendingChain, rollout } from "../test/scenes/stories.ts";
import { BUNDLE_BYTES_MAX, type MimeBundle, makeDisplay, VIEW_TYPE } from "./bundle.ts";
import { componentMap } from "./component-map.ts";
import { whyScene, whyView } from "./why.ts";

const bytes = (bundle: MimeBundle): number => Buffer.byteLength(JSON.stringify(bundle), "utf8");

function picture(bundle: MimeBundle): string {
  const encoded = /src="data:image\/svg\+xml;base64,([^"]+)"/.exec(bundle["text/html"])?.[1] ?? "";
  return Buffer.from(encoded, "base64").toString("utf8");
}

describe("a display's bundle", () => {
  it("holds every moment under its own type, and the newest as picture, table and text", () => {
    const bundle = componentMap(rollout()).toMimeBundle();
    expect(bundle[VIEW_TYPE]?.changes).toHaveLength(3);
    expect(picture(bundle)).toContain(">Step 43<");
    expect(bundle["text/html"]).toContain("<td>\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0containerd</td>");
    expect(bundle["text/plain"]).toContain("pod default/web-7c5d8b9f6-b8kfm  ContainerCreating");
  });

  it("has nothing that an untrusted notebook strips", () => {
    const bundle = componentMap(rollout()).toMimeBundle();
    expect(bundle["text/html"]).not.toMatch(/<style|<script|<svg|style=|class=|onload|https?:/);
    const svg = picture(bundle);
    expect(svg).not.toMatch(/<style|<script|class=|style=|foreignObject|var\(|url\(|href|<image/);
    expect(svg).toMatch(/<title>.+<\/title>\s*<desc>.+<\/desc>/);
    expect(svg).toMatch(/viewBox="0 0 900 /);
  });

  it.each([
    [100, 30],
    [1000, 30],
    [5000, 30],
  ])("stays within its bytes at %i nodes with %i pods each, moments included", (workers, perNode) => {
    const bundle = componentMap([large(workers, perNode)]).toMimeBundle();
    expect(bytes(bundle)).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
    expect(bundle[VIEW_TYPE]).toBeDefined();
  });

  it("drops the oldest moments when all are too much, and says so", () => {
    const many = Array.from({ length: 80 }, (_, at) =>
      whyScene(pendingChain().map((entry) => ({ ...entry, message: `${entry.message} ${at}`, step: entry.step + at }))),
    );
    const bundle = makeDisplay("why", many, 2).toMimeBundle();
    expect(bytes(bundle)).toBeLessThanOrEqual(BUNDLE_BYTES_MAX);
    const kept = 1 + (bundle[VIEW_TYPE]?.changes.length ?? 0);
    expect(bundle[VIEW_TYPE]?.dropped).toBe(82 - kept);
    expect(bundle["text/html"]).toContain(`${82 - kept} older steps are left out`);
  });

  it("escapes what people write", () => {
    const entry = { ...pendingChain()[0]!, message: '<img src=x onerror="a">&\u0001' };
    const bundle = whyView([entry]).toMimeBundle();
    expect(bundle["text/html"]).not.toContain("<img src=x");
    expect(picture(bundle)).toContain("&lt;img src=x onerror=&quot;a&quot;&gt;&amp;");
  });

  it("shows something when there is nothing", () => {
    expect(String(componentMap([]))).toContain("Nothing to show yet");
    expect(String(whyView([]))).toContain("Nothing in the journal");
  });
});
