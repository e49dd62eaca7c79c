/**
 * What a submission's cells find on their global object while they are graded: the names of a notebook, each of which asks
 * the one host function. It keeps its own copies of what it needs, so that cells which replace JSON or a prototype's
 * method harm themselves alone; that is for good order, not for safety: the host believes nothing of what arrives.
 */
import { commandNames } from "../../lessons/api.ts";
import { clusterMethods, clusterProperties } from "../desk/cluster-calls.ts";

const names = JSON.stringify({
  commands: commandNames,
  methods: clusterMethods.filter((name) => name !== "until"),
  properties: clusterProperties,
});

/** Bytes that one cell may print; what follows is dropped, and the cell's complaint says so. */
const outputBytesMax = 64 * 1024;

const basics = `
const { parse, stringify } = JSON;
const { defineProperty, freeze, getOwnPropertyDescriptor } = Object;
const isPromise = (value) => value instanceof Promise;
const host = globalThis.$host;
delete globalThis.$host;
const own = new WeakMap();
const plain = (_, value) => (own.has(value) ? { $cluster: own.get(value) } : typeof value === "bigint" ? Number(value) : value);
function ask(call, ...words) {
  let last = words.length;
  while (last > 0 && words[last - 1] === undefined) last -= 1;
  words.length = last;
  const answer = parse(host(stringify([call, words], plain)));
  if (answer.error !== undefined) {
    const Kind = { TypeError, RangeError, SyntaxError }[answer.error.name] ?? Error;
    throw new Kind(answer.error.message);
  }
  return revived(answer);
}
function revived({ value, text, cluster }) {
  if (cluster !== undefined) return clusterOf(cluster);
  if (text !== undefined) defineProperty(value, "toString", { value: () => text });
  return value;
}
let printed = 0;
function words(value) {
  if (typeof value === "string") return value;
  try {
    return (typeof value === "object" && value !== null ? stringify(value, plain) : undefined) ?? String(value);
  } catch {
    return typeof value;
  }
}
function print(...values) {
  for (let i = 0; i < values.length && printed <= ${outputBytesMax}; i++) printed += words(values[i]).length + 1;
}
`;

const clusters = `
class Cluster {
  until(predicate, budget = 100000) {
    if (typeof predicate !== "function") throw new TypeError("until takes a function of the cluster that says when to stop");
    const first = this.steps;
    while (!predicate(this)) {
      if (this.steps - first >= budget || !ask("one step", own.get(this))) return ask("outcome", own.get(this), first, false);
    }
    return ask("outcome", own.get(this), first, true);
  }
}
const known = new Map();
function clusterOf(number) {
  let cluster = known.get(number);
  if (cluster === undefined) {
    cluster = new Cluster();
    own.set(cluster, number);
    known.set(number, freeze(cluster));
  }
  return cluster;
}
for (const name of names.methods) {
  const method = { [name](...given) { return ask("cluster", own.get(this), name, given); } }[name];
  defineProperty(Cluster.prototype, name, { value: method, configurable: true, writable: true });
}
for (const name of names.properties)
  defineProperty(Cluster.prototype, name, { get() { return ask("property", own.get(this), name); }, configurable: true });
const current = () => ask("current");
const spoken = (value) => typeof value === "string" || (typeof value === "object" && value !== null) ? value : String(value);
const tag = (name, cluster) => (parts, ...values) => {
  const raw = [], spans = parts.raw;
  for (let i = 0; i < spans.length; i++) raw[i] = spans[i];
  for (let i = 0; i < values.length; i++) values[i] = spoken(values[i]);
  return ask("tag", cluster === undefined ? null : own.get(cluster), name, raw, values);
};
const tags = (cluster) => {
  const made = {};
  for (const name of names.commands) made[name] = tag(name, cluster);
  return freeze(made);
};
`;

const lessons = `
const answers = new Map();
class Lesson {
  start(id) { return ask("start", id); }
  answer(id, value) {
    if (typeof value !== "function") return void ask("answer", id, "value", value);
    ask("answer", id, "function");
    answers.set(id, value);
  }
  predict(id, choice) { return void ask("predict", id, choice); }
  reveal(id) { ask("reveal", id); return shown; }
  hint(id, number) { ask("hint", id, number); return shown; }
  check(id) { ask("check", id); return 0; }
  progress() { return ask("progress"); }
}
const shown = freeze({ toMimeBundle: () => ({}), toString: () => "" });
const orrery = freeze({
  create: (options) => ask("create", "create", options),
  empty: (options) => ask("create", "empty", options),
  build: (options) => ask("create", "build", options),
  use: (cluster) => ask("use", cluster),
  get current() { return current(); },
  lesson(slug, token) { ask("lesson", slug, token); return freeze(new Lesson()); },
});
const show = new Proxy(freeze({}), { get: (_, name) => (typeof name === "string" ? () => shown : undefined) });
const commands = tags();
const library = freeze({
  orrery, show, commands, ...commands,
  commandNames: freeze([...names.commands]),
  commandsOf: (cluster) => tags(cluster),
  currentCluster: current,
  knownClusters: () => freeze([...known.values()]),
  runCommand: (line, cluster, stdin) => ask("line", cluster, line, stdin),
  http: (call, cluster) => ask("http", cluster, call),
  runScript: (text, cluster) => ask("script", cluster, text),
});
`;

const cells = `
let disposers = [];
const disposer = (value, symbols) => {
  if (value === null || value === undefined) return () => {};
  for (const symbol of symbols) if (symbol && typeof value[symbol] === "function") return () => value[symbol]();
  throw new TypeError("the value of \`using\` has no method Symbol.dispose");
};
const runtime = {
  module: {},
  command(number) { ask("command", number); },
  statement(value) {
    if (!isPromise(value)) return;
    value.catch(() => {});
    throw new Error("this statement's value is a promise that nothing waits for: write \`await\` in front of it, or \`void\` if that is meant");
  },
  result(value) { runtime.statement(value); },
  after: (value) => value,
  check() {},
  stop() {},
  using(value) { disposers.push(disposer(value, [Symbol.dispose])); return value; },
  usingLater(value) { disposers.push(disposer(value, [Symbol.asyncDispose, Symbol.dispose])); return value; },
  async import(specifier) {
    if (specifier === "kube-orrery") return library;
    throw new Error("there is no module " + stringify(String(specifier)) + " while a notebook is graded: use what the lesson gives");
  },
  member: (module, name) => module[name],
  meta: freeze({ url: "file:///notebook.ts", filename: "/notebook.ts", dirname: "/" }),
  answerRun(id, number) {
    const answer = answers.get(id);
    return () => answer(clusterOf(number));
  },
};
const fixed = (name, value) => defineProperty(globalThis, name, { value });
fixed("$orrery", runtime);
fixed("$orreryFlag", freeze([0]));
const open = (name, value) => defineProperty(globalThis, name, { value, writable: true, configurable: true });
for (const name of ["orrery", "show", "commandsOf", "http", ...names.commands]) open(name, library[name]);
const nothing = () => {};
open("console", { log: print, info: print, debug: print, warn: print, error: print, table: print, dir: print, trace: print, group: print, groupEnd: nothing, time: nothing, timeEnd: nothing, assert: nothing });
open("display", Object.assign((value) => print(value), { update: nothing, mime: nothing, html: print, svg: print, markdown: print, json: print, png: nothing }));
open("clearOutput", nothing);
open("prompt", (_, otherwise = "") => otherwise);
open("require", () => { throw new Error("there is no require while a notebook is graded: use what the lesson gives"); });
delete Math.random;
const began = 1735689600000;
globalThis.Date = class Date extends globalThis.Date {
  constructor(...given) { super(...(given.length === 0 ? [began] : given)); }
};
delete Date.now;
delete Object.getPrototypeOf(Date).now;
Date.prototype.constructor = Date;
defineProperty(Object.getPrototypeOf(Date.prototype), "constructor", { value: Date });
return async function enter([cell, globals, rebuilt]) {
  printed = 0;
  disposers = [];
  for (const name of globals) {
    const there = getOwnPropertyDescriptor(globalThis, name);
    if (there && !there.configurable && !there.writable) throw new SyntaxError("the name '" + name + "' is taken by the notebook itself: choose another");
    if (there && "value" in there && there.writable) continue;
    defineProperty(globalThis, name, { value: there?.get ? undefined : there?.value, writable: true, enumerable: true, configurable: true });
  }
  for (const name of rebuilt) globalThis[name] = undefined;
  let value;
  try {
    value = await cell();
  } finally {
    while (disposers.length > 0) await disposers.pop()();
  }
  return stringify({ cut: printed > ${outputBytesMax}, value: value ?? null }, plain);
};
`;

/** The script that makes the global object ready; its value is the function that runs one cell. */
export const preludeText = `(() => {"use strict";
const names = ${names};${basics}${clusters}${lessons}${cells}})()`;
