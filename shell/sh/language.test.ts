import { expect, test } from "vitest";
import { newEnvironment } from "../command.ts";
import { FakeCluster } from "../fake-cluster.test-support.ts";
import { type FakeNetwork, fakeSpace } from "../fake-network.test-support.ts";
import { createShell, OUTSIDE, type Place } from "../index.ts";

const busybox: Place = { kind: "container", namespace: "default", pod: "box", container: "c", image: "busybox" };

function run(text: string, place: Place = busybox, cluster = new FakeCluster()) {
  const environment = newEnvironment([
    ["HOME", place.kind === "outside" ? "/home/orrery" : "/root"],
    ["PWD", "/"],
  ]);
  environment.files.set("/etc/list", "a 1 x\nb 2 y\nc 3 z\n");
  const { exit, stdout, stderr } = createShell(cluster).script(text, { place, environment });
  return { exit, stdout, stderr };
}

test.each([
  // Standard input is read on from where the last reader stopped.
  ["printf 'a\\nb\\nc\\n' | while read x; do echo [$x]; done", "[a]\n[b]\n[c]\n"],
  ["while read k n rest; do echo $n-$k; done < /etc/list", "1-a\n2-b\n3-c\n"],
  ["printf 'one\\ntwo\\n' | { read a; read b; echo $b $a; }", "two one\n"],
  ["printf '1\\n2\\n3\\n' | { read a; cat; }", "2\n3\n"],
  ["echo 'a\\tb' | { read -r x; echo \"$x\"; }; echo 'a\\tb' | { read x; echo $x; }", "a\\tb\natb\n"],
  ["echo a:b:c | { IFS=: read x y; echo $x $y; }", "a b:c\n"],
  ["printf x | { read a || echo end $a; }", "end x\n"],
  // A part in brackets, of a pipe or of another shell is a shell of its own.
  ["X=1; (X=2; cd /etc; exit 3); echo $? $X $PWD", "3 1 /\n"],
  ["X=1; echo y | read X; echo $X; Y=$(X=5; echo $X); echo $X$Y", "1\n15\n"],
  ["X=1; sh -c 'X=9; echo $X'; echo $X", "9\n1\n"],
  ["X=1; sh -c 'echo [$X]'; export X; sh -c 'echo [$X]'", "[]\n[1]\n"],
  ["X=2 env | grep X=; echo [$X]; X=2 printenv X", "X=2\n[]\n2\n"],
  ["X=1; X=2 true; echo $X; env -i A=b env; env -u HOME A=b sh -c 'echo $A$HOME'", "1\nA=b\nb\n"],
  ["X=$(false); echo $?; X=$(true); echo $?", "1\n0\n"],
  // Redirections.
  ["> /tmp/e; [ -f /tmp/e ] && [ ! -s /tmp/e ] && echo there", "there\n"],
  ["cat < /etc/os-release | head -n 1 | cut -c1-4", "NAME\n"],
  ["{ echo a > /tmp/f; cat /tmp/f; echo b; } >> /tmp/g; cat /tmp/g", "a\nb\n"],
  ["for i in 1 2; do echo $i; done > /tmp/h; cat /tmp/h", "1\n2\n"],
  // Quotes within brackets.
  ['echo "$(echo "x)y")" $(echo \')\') "$(echo "$(echo deep)")"', "x)y ) deep\n"],
  [`echo $(( $(echo 2) * (1 + 2) )) "\${HOME:-"no )"}"`, "6 /root\n"],
  // Parameters.
  ["sh -c 'for a in \"$@\"; do echo [$a]; done; echo $# $*' x 'a b' c", "[a b]\n[c]\n2 a b c\n"],
  ["sh -c 'for a; do echo $a; done; set -- \"$@\"; shift; echo $1' x p q", "p\nq\nq\n"],
  [`echo \${X:=5} $X \${#X} \${X:+set} \${Y:+set}`, "5 5 1 set\n"],
  [`F=/a/b.tar.gz; echo \${F##*/} \${F#*/} \${F%.*} \${F%%.*}`, "b.tar.gz a/b.tar.gz /a/b.tar /a/b\n"],
  [`P=web-7d9f-x2k; echo \${P%-*} \${P%%-*} "\${P#web?}"`, "web-7d9f web 7d9f-x2k\n"],
  // test
  ["[ 1 = 1 -a 2 -gt 1 ] && [ a = b -o -n x ] && [ ! -e /nope ] && [ -x /bin/sh ] && echo yes", "yes\n"],
  ["[ -z ] && [ '!' ] && [ -d /etc -a ! -f /etc ] && echo yes", "yes\n"],
  // Programs.
  [
    "seq 3 | xargs -n1 echo n; seq 2 | xargs -I{} echo 'a{}b{}'; printf '' | xargs -r echo no",
    "n 1\nn 2\nn 3\na1b1\na2b2\n",
  ],
  ["printf '%05d|%x|%-4s|%4s|%.2f|%c\\n' 42 255 ab cd 1.5 xyz", "00042|ff|ab  |  cd|1.50|x\n"],
  ["printf 'a\\na\\nb\\n' | uniq -d; printf 'a\\na\\nb\\n' | uniq -u", "a\nb\n"],
  ["awk '{print $2, $NF}' /etc/list; awk -F: '/b/ {print NR \"-\" $1}' /etc/list", "1 x\n2 y\n3 z\n2-b 2 y\n"],
  [
    "awk 'NR>1 {print $1}' /etc/list | tr -d '\\n'; awk '$2 == 2' /etc/list; awk '$3 ~ /^z/ {print}' /etc/list",
    "bcb 2 y\nc 3 z\n",
  ],
  [
    "sed 's/a/b/; 2d' /etc/list; echo aXbX | sed 's/X/-/g'; echo k=v | sed -E 's/(.)=(.)/\\2=\\1/'",
    "b 1 x\nc 3 z\na-b-\nv=k\n",
  ],
  ["sed -n '2p;/c/p' /etc/list; sed '$!d' /etc/list; echo /a/b | sed 's#/a#&x#'", "b 2 y\nc 3 z\nc 3 z\n/ax/b\n"],
  ["type cd ls; command -v echo", "cd is a shell builtin\nls is /usr/bin/ls\necho\n"],
  [
    "grep -o '[0-9]' /etc/list | tr -d '\\n'; grep -c 'a\\|b' /etc/list; grep -E '^(a|c) ' /etc/list",
    "1232\na 1 x\nc 3 z\n",
  ],
  ["printf 'a+b\\naab\\n' | grep 'a+b'; printf 'a+b\\naab\\n' | grep -E 'a+b'; echo 'x*' | grep '*'", "a+b\naab\nx*\n"],
  ["printf 'a]b\\n' | grep '[]]b'; echo foo_bar | grep -w foo; echo 'a.b' | grep -F -x a.b", "a]b\na.b\n"],
])("%s", (text, stdout) => {
  expect(run(text)).toMatchObject({ stdout, stderr: "" });
});

test("what is missing is complained about", () => {
  expect(run("cat < /nope; echo $?")).toEqual({
    ...{ exit: 0, stdout: "1\n", stderr: "sh: can't open /nope: no such file\n" },
  });
  expect(run("echo x > /nope/y").stderr).toBe("sh: can't create /nope/y: nonexistent directory\n");
  expect(run("[ a = a")).toEqual({ exit: 2, stdout: "", stderr: "sh: [: missing ]\n" });
  expect(run("[ a -eq 1 ]")).toEqual({ exit: 2, stdout: "", stderr: "sh: [: a: bad number\n" });
  expect(run("[ a b c ]")).toMatchObject({ exit: 2 });
  expect(run(`echo \${NONE:?is needed}`)).toEqual({ exit: 2, stdout: "", stderr: "sh: NONE: is needed\n" });
  expect(run("type nope")).toEqual({ exit: 127, stdout: "", stderr: "sh: type: nope: not found\n" });
  expect(run("echo a | grep -E '(a'")).toMatchObject({ exit: 2, stderr: "grep: bad regex '(a'\n" });
});

test("set -e ends the shell at a failure that nobody asks about", () => {
  expect(run("set -e; if false; then :; fi; false || true; ! true; echo on; false; echo never")).toEqual({
    ...{ exit: 1, stdout: "on\n", stderr: "" },
  });
  expect(run("sh -ec 'false; echo never'; echo $?").stdout).toBe("1\n");
});

test("names that every JavaScript object has are only words", () => {
  for (const name of ["constructor", "hasOwnProperty", "__proto__", "toString"]) {
    expect(run(name)).toEqual({ exit: 127, stdout: "", stderr: `sh: ${name}: not found\n` });
    expect(run(`ip ${name}`).stderr).toBe(`Object "${name}" is unknown, try "ip help".\n`);
    expect(run(`curl --${name}`, { ...busybox, image: "nginx" } as Place)).toMatchObject({ exit: 2 });
    expect(run("echo x", { ...busybox, image: name } as Place)).toMatchObject({ exit: 0 });
  }
});

test.each([
  ["a pattern that makes others backtrack", "echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa! | grep -E '(a+)+$'", 1],
  ["a field as wide as the sea", "printf '%999999999s' x | wc -c", 0],
  ["a script that starts itself", "echo 'sh /tmp/a' > /tmp/a; sh /tmp/a", 2],
  ["one that starts itself twice", "echo 'sh /tmp/a; sh /tmp/a' > /tmp/a; sh /tmp/a", 130],
  ["one that asks itself", "echo 'echo $(sh /tmp/a)$(sh /tmp/a)' > /tmp/a; sh /tmp/a", 130],
  ["a text that doubles", "X=ab; for i in $(seq 100); do X=$X$X; done", 2],
  ["a file that doubles", "echo ab > /tmp/a; for i in $(seq 100); do cat /tmp/a /tmp/a >> /tmp/a; done", 2],
  ["brackets without end", `${"(".repeat(9000)}`, 2],
  ["sums without end", `echo $((${"(".repeat(9000)}1${")".repeat(9000)}))`, 2],
  ["dollars without end", `echo ${"$(".repeat(3000)}`, 2],
])("%s ends soon", (_name, text, exit) => {
  expect(run(text).exit).toBe(exit);
});

test("ssh joins its words, and the machine's own shell reads them", () => {
  const cluster = new FakeCluster();
  cluster.put("Node", { metadata: { name: "worker-1" } });
  const network = cluster.network as FakeNetwork;
  network.spaces.set("node/worker-1", fakeSpace());
  network.targets.set("node", { outcome: "answered", address: "10.1.0.5" });
  expect(run(`ssh worker-1 echo '$HOME' "a  b"`, OUTSIDE, cluster).stdout).toBe("/root a b\n");
  expect(run("printf 'a\\nb\\n' | ssh worker-1 'read x; cat'", OUTSIDE, cluster).stdout).toBe("b\n");
});

test("the user's own machine has a home", () => {
  expect(
    run("cd && pwd && ls && echo hi > note && ls && cat ~/note; echo x > ~/y; cat y; echo '~' a~", OUTSIDE).stdout,
  ).toBe(`${"/home"}/orrery\nnote\nhi\nx\n~ a~\n`);
});
