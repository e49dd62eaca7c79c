import { describe, expect, it } from "vitest";
import { behaviourOf } from "./behaviour.ts";

const shell = (script: string) => ["/bin/sh", "-c", script];

describe("what a container's main process does", () => {
  it.each([
    [["sleep", "2"], 2.05, 0],
    [["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"], 0.05, 0],
    [["python3", "-c", "print(1)"], 0.05, 0],
    [["false"], 0.05, 1],
    [shell("exit 3"), 0.05, 3],
    [shell("date; echo hello"), 0.05, 0],
    [shell("sleep 1 && exit 42"), 1.05, 42],
    [
      ["sh", "-exc", 'for i in $(seq 1 3); do\n if [ "$i" = 1 ]; then\n  exit 0\n fi\n sleep $WAIT\ndone\nexit 1'],
      0.05,
      0,
    ],
    [shell("until nslookup db; do echo waiting; sleep 2; done"), 2.05, 0],
    [shell("echo a > /tmp/x; false"), 0.05, 1],
  ])("%j ends after %d s with code %d", (command, seconds, exitCode) => {
    expect(behaviourOf({ name: "c", image: "busybox", command })).toMatchObject({
      lifeUs: Math.round(seconds * 1e6),
      exitCode,
    });
  });

  it.each([
    [["nginx", "-g", "daemon off;"], true],
    [shell("while true; do date; sleep 1; done"), false],
    [shell("tail -f /dev/null"), false],
    [["sleep", "infinity"], false],
    [shell("mkdir -p /x && exec nginx"), true],
    [["--port=8080"], true],
    [["python3", "app.py"], true],
    [["nc", "-lk", "-p", "80"], true],
  ])("%j runs until it is stopped", (command, heedsTerm) => {
    expect(behaviourOf({ name: "c", image: "img", command })).toEqual({ lifeUs: undefined, exitCode: 0, heedsTerm });
  });

  it.each([
    [["sh"], true],
    [["/bin/bash", "-l"], true],
    [["cat"], true],
    [["sh", "-c", "cat"], true],
    [[], true],
    [["echo", "hi"], false],
    [["wget", "-qO-", "http://web"], false],
    [["sh", "-c", "sleep 1; exit 4"], false],
    [["cat", "/etc/hosts"], false],
  ])("%j with its standard input held open waits for it: %s", (args, waits) => {
    const held = behaviourOf({ name: "c", image: "busybox", args, stdin: true });
    expect(held.lifeUs === undefined).toBe(waits);
    // Long enough for a client to attach to it.
    if (!waits) expect(held.lifeUs).toBeGreaterThanOrEqual(1e6);
    expect(behaviourOf({ name: "c", image: "busybox", args }).lifeUs).toBeLessThan(2e6);
  });

  it("leaves a server alone that is started with a terminal", () => {
    expect(behaviourOf({ name: "c", image: "nginx", stdin: true, tty: true })).toMatchObject({ heedsTerm: true });
    expect(behaviourOf({ name: "c", image: "busybox", tty: true }).lifeUs).toBeUndefined();
  });
});
