import { expect, test } from "vitest";
import { FakeCluster } from "./fake-cluster.test-support.ts";
import { type FakeNetwork, fakeSpace } from "./fake-network.test-support.ts";
import { createShell, createTerminalSession } from "./index.ts";

/** A terminal and what its screen would show: escape sequences for colours and cursor taken out. */
function terminal() {
  const cluster = new FakeCluster();
  for (const name of ["web-1", "web-2"]) cluster.put("Pod", { metadata: { name }, spec: {} });
  cluster.put("Node", { metadata: { name: "worker-1" } });
  const network = cluster.network as FakeNetwork;
  network.spaces.set("node/worker-1", fakeSpace());
  network.targets.set("node", { outcome: "answered", address: "10.1.0.5" });
  let raw = "";
  const session = createTerminalSession(createShell(cluster), (text) => {
    raw += text;
  });
  const typed = (text: string): string => {
    raw = "";
    session.input(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
    return raw.replace(/\u001b\[[0-9;]*[A-Za-z]/g, "");
  };
  return { session, typed, cluster, raw: () => raw };
}

test("runs a line and shows the next prompt, with screen line ends", () => {
  const { session, typed } = terminal();
  expect(session.prompt).toBe("orrery:~$ ");
  expect(typed("echo hello\r")).toBe("echo hello\r\nhello\r\n\rorrery:~$ ");
  expect(typed("kubectl get pods -o name | grep 2\r")).toContain("pod/web-2\r\n");
});

test.each([
  ["arrows and insertion", "ello\u001b[D\u001b[D\u001b[D\u001b[Dh", "hello"],
  ["home and end", "b\u0001a\u0005c", "abc"],
  ["home and end keys", "b\u001b[Ha\u001b[Fc", "abc"],
  ["backspace and delete", "abx\u007fcd\u001b[D\u001b[3~", "abc"],
  ["kill line and yank", "abc\u0015\u0019", "abc"],
  ["kill word", "one two\u0017three", "one three"],
  ["kill to the end", "one two\u001b[1;5D\u000b", "one "],
  ["control D deletes", "abc\u0001\u0004", "bc"],
])("%s", (_name, keys, line) => {
  const { typed } = terminal();
  expect(typed(`${keys}\r`)).toContain(`${line}\r\n`);
});

test("history goes up and down and comes back to what was being typed", () => {
  const { typed } = terminal();
  typed("echo one\recho two\r");
  expect(typed("dra\u001b[A")).toContain("echo two");
  expect(typed("\u001b[A")).toContain("echo one");
  expect(typed("\u001b[B\u001b[B")).toContain("dra");
  expect(typed("\u0015\u001b[A\u001b[A\r")).toContain("one\r\n");
});

test("Tab completes, and lists at the second Tab", () => {
  const { typed } = terminal();
  expect(typed("kubectl desc\t")).toContain("kubectl describe ");
  expect(typed("pod we\t")).toContain("describe pod web-");
  expect(typed("\t")).toBe("");
  expect(typed("\t")).toContain("web-1  web-2\r\n");
  expect(typed("1\u0015ssh \t")).toContain("ssh worker-1 ");
});

test("control C abandons the line, control L clears, control D at the outermost shell stays", () => {
  const { typed, raw, session } = terminal();
  expect(typed("sleep 10\u0003")).toBe("sleep 10^C\r\n\rorrery:~$ ");
  expect(typed("echo $?\r")).toContain("130\r\n");
  typed("\u000c");
  expect(raw()).toContain("\u001b[H\u001b[2J");
  expect(typed("\u0004")).toContain("outermost");
  expect(session.prompt).toBe("orrery:~$ ");
});

test("a command that is not whole goes on in the next line", () => {
  const { typed, session } = terminal();
  typed("for i in 1 2\r");
  expect(session.prompt).toBe("> ");
  expect(typed("do echo $i; done\r")).toContain("1\r\n2\r\n");
  expect(session.prompt).toBe("orrery:~$ ");
});

test("ssh opens a shell on a node that exit leaves, with its status", () => {
  const { typed, session } = terminal();
  typed("ssh worker-1\r");
  expect(session.prompt).toBe("root@worker-1:~# ");
  typed("cd /etc\r");
  expect(session.prompt).toBe("root@worker-1:/etc# ");
  expect(typed("hostname\r")).toContain("worker-1\r\n");
  expect(typed("kubectl\r")).toContain("sh: kubectl: not found");
  expect(typed("exit 3\r")).toContain("Connection to worker-1 closed.\r\n");
  expect(session.prompt).toBe("orrery:~$ ");
  expect(typed("echo $?\r")).toContain("3\r\n");
});

test("keys may arrive in pieces, and hostile bytes do no harm", () => {
  const { typed, session } = terminal();
  typed("echo ac\u001b");
  typed("[");
  expect(typed("Db\r")).toContain("abc\r\n");
  typed(`${"\u001b[999z\u0000\u0007\u001b[?1;2c"}${"x".repeat(40_000)}\u0003`);
  expect(session.prompt).toBe("orrery:~$ ");
});

test("a line wider than the screen is drawn over its rows", () => {
  const { typed, session, raw } = terminal();
  session.resize(20, 5);
  typed("echo 0123456789012345678901234567890123456789");
  typed("\u0001");
  expect(raw()).toContain("\u001b[2A");
  expect(typed("\u0005\r")).toContain("0123456789012345678901234567890123456789\r\n");
});

test("a paste is text: brackets go, Tab is a blank, names of an object's insides are kept", () => {
  const { typed } = terminal();
  expect(typed("\u001b[200~echo\tconstructor \u0003toString\u001b[201~\r")).toContain("constructor toString\r\n");
  expect(typed("\u001b[200~echo one\recho two\u001b[201~")).toContain("one\r\n");
  expect(typed("\r")).toContain("two\r\n");
});

test("Escape alone, answers of the screen and broken sequences swallow nothing", () => {
  const { typed } = terminal();
  typed("\u001b");
  expect(typed("echo a\r")).toContain("a\r\n");
  expect(typed("\u001b]11;rgb:0000/0000/0000\u0007echo b\u001b]2;title\u001b\\\r")).toContain("b\r\n");
  expect(typed("\u001b[>0;276;0c\u001b[<0;1;2Mecho c\r")).toContain("c\r\n");
  expect(typed("\u001b[\u4e2d echo d\u0015echo e\r")).toContain("e\r\n");
});

test("a character that is several is erased as one, and wide ones take two columns", () => {
  const { typed, session, raw } = terminal();
  expect(typed("echo a\u{1f44d}\u{1f3fd}\u007f\u{1f600}\u007fe\u0301\u007fb\r")).toContain("\r\nab\r\n");
  typed("echo \u4e2d\u6587x\u001b[D\u001b[D");
  expect(raw()).toContain("\u001b[18G");
  expect(typed("y\r")).toContain("\u4e2dy\u6587x\r\n");
  session.resize(20, 5);
  typed("echo \u4e2d\u6587\u4e2d\u6587\u4e2d");
  typed("\u0001");
  expect(raw()).toContain("\u001b[1A");
});

test("a backslash at the end goes on in the next line, but not in a comment", () => {
  const { typed, session } = terminal();
  typed("echo a\\\r");
  expect(session.prompt).toBe("> ");
  expect(typed("b\r")).toContain("ab\r\n");
  typed("echo a # b\\\r");
  expect(session.prompt).toBe("orrery:~$ ");
});

test("a program that breaks leaves the terminal with a prompt", () => {
  const { typed, session, cluster } = terminal();
  cluster.advance = () => {
    throw new RangeError("time can't pass");
  };
  expect(typed("sleep 1\r")).toContain("sh: time can't pass\r\n\rorrery:~$ ");
  cluster.advance = () => {
    throw new TypeError("broken");
  };
  expect(() => typed("sleep 1\r")).toThrow("broken");
  expect(typed("echo on\r")).toContain("on\r\n");
  expect(session.prompt).toBe("orrery:~$ ");
});

test("history lists what was typed; clear empties the screen; prompts are not bold", () => {
  const { typed, raw } = terminal();
  typed("echo a\r");
  expect(typed("history\r")).toContain("    1  echo a\r\n    2  history\r\n");
  typed("clear\r");
  expect(raw()).toContain("\u001b[2J");
  expect(raw()).toContain("\u001b[32morrery:~");
});
