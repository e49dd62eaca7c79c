import { defineConfig } from "vitest/config";

const long = process.env.ORRERY_LONG !== undefined;

/** Tests stand beside their sources; `*.long.test.ts` run with `npm run test:long` only. */
export default defineConfig({
  test: {
    setupFiles: ["test/setup/freeze.ts"],
    include: ["**/*.test.ts"],
    exclude: [
      "**/node_modules/**",
      "dist/**",
      ".local/**",
      ".cache/**",
      "work/**",
      ...(long ? [] : ["**/*.long.test.ts"]),
    ],
    testTimeout: long ? 600_000 : 60_000,
    hookTimeout: 120_000,
  },
});
