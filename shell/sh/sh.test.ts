import { expect, test } from "vitest";
import { newEnvironment } from "../command.ts";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { createShell, type Place } from "../index.ts";

const busybox: Place = { kind: "container", namespace: "default", pod: "box", container: "c", image: "busybox" };

function run(text: string, place: Place = busybox, cluster = new FakeCluster()) {
  const environment = newEnvironment([
    ["NAME", "two words"],
    ["PWD", "/"],
  ]);
  const files = new Map([["/etc/hosts", "127.0.0.1\tlocalhost\n10.1.2.3\tbox\n"]]);
  for (const [path, content] of files) environment.files.set(path, content);
  const { exit, stdout, stderr } = createShell(cluster).script(text, { place, environment });
  return { exit, stdout, stderr };
}

const ok = (stdout: string) => ({ exit: 0, stdout, stderr: "" });

test.each([
  ["echo a  'b  c' \"d $NAME\"", "a b  c d two words\n"],
  ["for i in 1 2 3; do echo -n $i; done; echo", "123\n"],
  ["for w in $NAME; do echo $w; done", "two\nwords\n"],
  ['for w in "$NAME"; do echo $w; done', "two words\n"],
  ["false || echo no && echo yes", "no\nyes\n"],
  ["false; echo $?", "1\n"],
  [`echo \${MISSING:-there} $((2 + 3 * 4))`, "there 14\n"],
  ['x=$(echo one; echo two); echo "$x"', "one\ntwo\n"],
  ["cat /etc/hosts | grep box | wc -l", "1\n"],
  ["if [ $NAME = x ] 2>/dev/null; then echo a; elif [ 3 -gt 2 ]; then echo b; else echo c; fi", "b\n"],
  ["i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i", "3\n"],
  ["echo hidden > /dev/null; echo kept > /tmp/f; cat /tmp/f", "kept\n"],
  ["printf '%s-%s\\n' a b; echo done | tr a-z A-Z", "a-b\nDONE\n"],
  ["seq 3 | sort -r | head -n 1", "3\n"],
  ["cd /etc && pwd && cat hosts | tail -1 | cut -f1", "/etc\n10.1.2.3\n"],
  ["sh -c 'echo $0 $1' x y", "x y\n"],
  ["{ echo a; echo b; } | grep -c .", "2\n"],
  ["! true || echo not", "not\n"],
  ["for i in 1 2 3 4; do [ $i = 3 ] && break; echo $i; done", "1\n2\n"],
  ["printf 'a\\nb\\na\\n' | sort | uniq -c", "      2 a\n      1 b\n"],
  ["echo $((7 / 2)) # a comment", "3\n"],
])("%s", (text, stdout) => {
  expect(run(text)).toEqual(ok(stdout));
});

test("what can't be found, read or understood is complained about as a shell does", () => {
  expect(run("nope")).toEqual({ exit: 127, stdout: "", stderr: "sh: nope: not found\n" });
  expect(run("cat /nope")).toEqual({ exit: 1, stdout: "", stderr: "cat: /nope: No such file or directory\n" });
  expect(run("cat /etc; echo after").stderr).toBe("cat: /etc: Is a directory\n");
  expect(run("for i in 1; do echo").exit).toBe(2);
  expect(run("echo 'open").stderr).toContain("unterminated quoted string");
  expect(run("echo )").stderr).toBe('sh: syntax error: unexpected ")"\n');
  expect(run("cd /nowhere").stderr).toBe("sh: cd: can't cd to /nowhere: No such file or directory\n");
  expect(run("exit 7; echo never")).toEqual({ exit: 7, stdout: "", stderr: "" });
});

test("an endless loop is interrupted after ten rounds, a long one after its budget; sleep lets time pass", () => {
  const cluster = new FakeCluster();
  const endless = run("while true; do echo x; sleep 1; done; echo never", busybox, cluster);
  expect(endless).toEqual({ exit: 130, stdout: "x\n".repeat(10), stderr: "^C\n" });
  expect(cluster.now).toBe(10_000_000);
  expect(run("while [ 1 = 1 ]; do :; done")).toMatchObject({ exit: 130 });
});

test("which programs there are depends on the place", () => {
  const at = (image: string): Place => ({ ...busybox, image }) as Place;
  expect(run("which curl ip", at("nginx:1.27")).stdout).toBe("/usr/bin/curl\n");
  expect(run("kubectl get pods", { kind: "node", name: "worker-1" })).toMatchObject({ exit: 127 });
  expect(run("ip route", at("nginx")).stderr).toBe("sh: ip: not found\n");
  expect(run("hostname", at("registry.k8s.io/pause:3.10")).exit).toBe(127);
});

test("a hostile script is only text", () => {
  for (const text of [
    "$(",
    "`",
    "${",
    "((((",
    "|||",
    "a=b=c",
    "echo $(echo $(echo x)))",
    "\\",
    "\u0000",
    "> ",
    "if",
    "! !",
  ]) {
    expect(typeof run(text).exit).toBe("number");
  }
});
