import { describe, expect, test } from "vitest";
import { ran, runCell } from "../../test/kernel/run-cells.ts";

/** Cells run one after the other; the value is that of the last. */
const VALUES: readonly (readonly [string, readonly string[], unknown])[] = [
  ["an expression", ["1 + 2"], 3],
  ["a string, which is no directive", ["'use strict'"], "use strict"],
  ["nothing", [""], undefined],
  ["a comment", ["// only this"], undefined],
  ["a declaration has no value", ["const c0 = 1"], undefined],
  ["a const is known later", ["const c1 = 1", "c1 + 1"], 2],
  ["a let can be set later", ["let l1 = 1", "l1 = 5; l1"], 5],
  ["a let without a value is made anew", ["let l2 = 1", "let l2: number | undefined; l2"], undefined],
  ["a var without a value keeps the old one", ["var v1 = 1", "var v1: number; v1"], 1],
  ["a name is declared again", ["const again = 1", "const again = 'b'; again"], "b"],
  ["several declarators", ["let d1 = 1, d2 = d1 + 1, d3; [d1, d2, d3]"], [1, 2, undefined]],
  ["object patterns", ["const { a: p1, ...p2 } = { a: 1, b: 2 }; [p1, p2]"], [1, { b: 2 }]],
  ["nested patterns with defaults", ["const { a: { b: [q1 = 7] } } = { a: { b: [] as number[] } }; q1"], 7],
  ["array patterns", ["const [r1, , ...r2] = [1, 2, 3, 4]; [r1, r2]"], [1, [3, 4]]],
  ["a pattern first, without parentheses", ["let { s1 } = { s1: 3 }", "s1"], 3],
  ["a function is hoisted", ["const h = hoisted(); function hoisted() { return 4 }\nh"], 4],
  ["a function after the last expression", ["later2(); function later2() { return 6 }"], 6],
  [
    "an old function calls the new one",
    ["function g1() { return 1 }\nfunction f1() { return g1() }", "function g1() { return 2 }", "f1()"],
    2,
  ],
  ["a function has its name", ["function named() {}\nnamed.name"], "named"],
  ["an arrow has its name", ["const arrow = () => {}; arrow.name"], "arrow"],
  ["an async function", ["async function later() { return 8 }\nawait later()"], 8],
  ["a generator", ["function* gen() { yield 1; yield 2 }\n[...gen()]"], [1, 2]],
  ["recursion", ["function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) }\nfact(5)"], 120],
  [
    "overloads",
    [
      "function over(a: string): string;\nfunction over(a: number): number;\nfunction over(a: any) { return a }\nover(3)",
    ],
    3,
  ],
  [
    "a function's own directive stays first",
    ["function strict() { 'use strict'; return this === undefined }\n(strict as any)()"],
    true,
  ],
  ["a class", ["class A1 { x = 1; static make() { return new A1() } }\nA1.make().x"], 1],
  ["a class is known later", ["class B1 { y = 2 }", "new B1().y"], 2],
  [
    "private names and static blocks",
    ["class C1 { static #n = 0; static { C1.#n = 5 } static get n() { return C1.#n } }\nC1.n"],
    5,
  ],
  ["parameter properties", ["class D1 { constructor(readonly a: number) {} }\nnew D1(4).a"], 4],
  [
    "an abstract class",
    ["abstract class E1 { abstract f(): number }\nclass F1 extends E1 { f() { return 3 } }\nnew F1().f()"],
    3,
  ],
  ["an enum", ["enum En { A = 1, B }\nEn.B"], 2],
  ["an enum is made anew", ["enum En2 { Old = 1 }", "enum En2 { New = 2 }\nObject.keys(En2)"], ["2", "New"]],
  ["an enum merges in its cell", ["enum En3 { A = 1 }\nenum En3 { B = 2 }\n[En3.A, En3.B]"], [1, 2]],
  ["a const enum", ["const enum Ce { A = 7 }\nCe.A"], 7],
  [
    "a namespace",
    ["namespace Ns { export const q = 1; export namespace In { export const r = 2 } }\nNs.q + Ns.In.r"],
    3,
  ],
  ["types alone", ["interface I1 { a: number }\ntype T1 = I1 | string"], undefined],
  ["declare", ["declare const nothing: number; 1"], 1],
  ["satisfies, as, !", ["const sat = { a: 1 } satisfies Record<string, number>; (sat as any).a! + (<number>1)"], 2],
  ["export", ["export const ex = 1; export function exf() { return ex }\nexport { ex as other }", "exf()"], 1],
  ["export default", ["export default 40 + 2"], 42],
  ["export default function", ["export default function edf() { return 1 }", "edf()"], 1],
  ["top-level await", ["await Promise.resolve(41) + 1"], 42],
  ["await in a declaration", ["const { aw } = await Promise.resolve({ aw: 2 })", "aw"], 2],
  ["await in a nested block", ["let w1 = 0; for (const p of [1, 2]) { w1 += await p }\nw1"], 3],
  ["for await", ["let fa = 0; for await (const x of [Promise.resolve(1), 2]) fa += x\nfa"], 3],
  ["an async arrow", ["await (async (x: number) => await x)(3)"], 3],
  ["an import of a built-in", ["import { join } from 'node:path'; join('a', 'b')"], "a/b"],
  ["imports are hoisted", ["const im = sep; import { sep } from 'node:path'\nim"], "/"],
  [
    "default and namespace imports",
    ["import os, { EOL as eol } from 'node:os'; import * as all from 'node:os'; [os.EOL === eol, all.EOL === eol]"],
    [true, true],
  ],
  ["a type import vanishes", ["import type { Stats } from 'no-such-module'; 1"], 1],
  [
    "a type imported without the word",
    ["import { type Stats, existsSync } from 'node:fs'; typeof existsSync"],
    "function",
  ],
  ["a dynamic import", ["const { sep: sep2 } = await import('node:path'); sep2"], "/"],
  ["a package from the notebook's folder", ["import { parse } from 'yaml'; parse('a: 2').a"], 2],
  ["import.meta", ["typeof import.meta.url"], "string"],
  ["an object alone", ["{ a: 1, b: [2] }"], { a: 1, b: [2] }],
  ["a block alone", ["{ const inner = 1; let out2 = inner }"], undefined],
  ["a var in a block", ["if (true) { var vb = 3 }\nvb"], 3],
  ["a var in a loop's head", ["for (var i1 = 0; i1 < 3; i1++) {}\ni1"], 3],
  ["a var in for-of, with a pattern", ["for (var [k1, k2] of [[1, 2], [3, 4]]) {}\n[k1, k2]"], [3, 4]],
  ["a var in for-in", ["for (var key1 in { z: 1 }) {}\nkey1"], "z"],
  [
    "let in a loop is its own",
    ["const fs1: (() => number)[] = []; for (let i = 0; i < 2; i++) fs1.push(() => i)\nfs1.map(f => f())"],
    [0, 1],
  ],
  [
    "loops without braces",
    [
      "let lo = 0; for (const a of [1, 2]) for (const b of [3, 4]) lo += a * b\nwhile (lo < 30) lo++\ndo lo++; while (lo < 40)\nlo",
    ],
    40,
  ],
  ["labels", ["let la = 0; outer: for (;;) { for (;;) { la++; if (la > 2) break outer; continue outer } }\nla"], 3],
  ["an empty loop body", ["let em = 0; for (; em < 5; em++);\nem"], 5],
  ["no accident without semicolons", ["let na = 1;\n[na] = [2]\n;(() => { na++ })()\nna"], 3],
  ["a sequence", ["1, 2"], 2],
  ["an arrow that returns an object", ["((a: number) => ({ a }))(1)"], { a: 1 }],
  ["the name of an accessor of the global object", ["const crypto = 5", "crypto"], 5],
  ["this is undefined", ["typeof this"], "undefined"],
  [
    "using is disposed at the end of its cell",
    [
      "const log: string[] = []; using u1 = { [Symbol.dispose]() { log.push('u1') } }; using u2 = { [Symbol.dispose]() { log.push('u2') } }; log.length",
      "log",
    ],
    ["u2", "u1"],
  ],
  [
    "using in a block",
    ["const log2: string[] = []; { using u3 = { [Symbol.dispose]() { log2.push('in') } }; }\nlog2"],
    ["in"],
  ],
  [
    "await using",
    [
      "const log3: string[] = []; await using u4 = { async [Symbol.asyncDispose]() { await 0; log3.push('a') } }; 0",
      "log3",
    ],
    ["a"],
  ],
  [
    "await using in a block",
    [
      "const log4: string[] = []; { await using u5 = { async [Symbol.asyncDispose]() { await 0; log4.push('b') } }; }\nlog4",
    ],
    ["b"],
  ],
  [
    "decorators",
    [
      "const seen: string[] = []; function mark(_: unknown, c: { name: string | symbol }) { seen.push(String(c.name)) }\nclass De { @mark f() {} @mark accessor g = 1 }\n[seen, new De().g]",
    ],
    [["f", "g"], 1],
  ],
  ["an unfinished class field and a regular expression", ["class Re { a?: number; b = /}/g }\nnew Re().b.source"], "}"],
  ["a template with everything", ["`a${`b${1 + 1}`}`"], "ab2"],
  ["optional chaining and logical assignment", ["let oc: any; oc ??= { a: null }; oc.a?.b ?? 'n'"], "n"],
  ["a line end in Windows' way", ["const w = 1\r\nw + 1"], 2],
  ["a unicode name", ["const größe = 2; größe"], 2],
  ["a void promise is meant", ["void Promise.resolve(1)"], undefined],
  ["what a tagged template gives", ["const tag = (s: TemplateStringsArray) => s.raw[0]; tag`a\\n`"], "a\\n"],
];

describe("a cell's value", () => {
  test.each(VALUES)("%s", async (_, cells, value) => {
    let last: unknown;
    for (const code of cells) last = await runCell(code);
    expect(last).toEqual({ value });
  });
});

/** What is refused or fails, and the place in the cell that is named. */
const ERRORS: readonly (readonly [string, string, string, string | undefined])[] = [
  ["a syntax error", "const = 3", "SyntaxError: Unexpected token", "1:7"],
  ["a name declared twice", "let tw = 1\nlet tw = 2", "SyntaxError: Identifier `tw` has already been declared", "1:5"],
  [
    "return at the top",
    "return 5",
    "SyntaxError: A 'return' statement can only be used within a function body.",
    "1:1",
  ],
  ["a throw", "1\n  throw new Error('x')", "Error: x", "2:9"],
  [
    "a throw after types",
    "interface Q { a: number }\nconst a1: Q = { a: 1 }\na1.a; null!.f",
    "TypeError: Cannot read properties of null (reading 'f')",
    "3:13",
  ],
  [
    "a call in an expression statement",
    "const no: any = undefined;\nno.f()",
    "TypeError: Cannot read properties of undefined (reading 'f')",
    "2:4",
  ],
  [
    "in an arrow without braces",
    "const boom = (a: any) => a.b.c;\n\nboom({})",
    "TypeError: Cannot read properties of undefined (reading 'c')",
    "1:30",
  ],
  ["in an object alone", "{ a: null!.x }", "TypeError: Cannot read properties of null (reading 'x')", "1:12"],
  ["after an enum", "enum Er { A }\n\nthrow new RangeError(String(Er.A))", "RangeError: 0", "3:7"],
  ["in a loop without braces", "for (const x of [1]) throw new Error('in')", "Error: in", "1:28"],
  ["a name that does not exist", "missing1 + 1", "ReferenceError: missing1 is not defined", "1:1"],
  ["an assignment to one", "missing2 = 1", "ReferenceError: missing2 is not defined", "1:1"],
  ["a floating promise", "Promise.resolve(1)", "FloatingPromise: ", "1:1"],
  ["a floating promise before the end", "1;\n(async () => 0)();\n2", "FloatingPromise: ", "2:2"],
  ["a name that is ours", "const $orrery = 1", "SyntaxError: the name '$orrery' is taken", undefined],
  ["a thrown value", "throw 'text'", "Thrown: 'text'", undefined],
  ["an error after an await", "await 0\nawait Promise.reject(new Error('r'))", "Error: r", "2:22"],
  ["a command that is a loop's body", "for (;;)\n%kubectl get pods", "SyntaxError: %kubectl is the whole body", "2:1"],
  ["an unknown command", "%nothing here", "SyntaxError: ", "1:1"],
];

describe("a cell's error", () => {
  test.each(ERRORS)("%s", async (_, code, error, place) => {
    const result = await runCell(code);
    expect(result).toMatchObject({ error: expect.stringContaining(error), place });
  });
});

/** Cells with `%`: the commands that run, and the value. */
const COMMANDS: readonly (readonly [string, string, readonly string[], unknown])[] = [
  ["one line", "%kubectl get pods", ["kubectl|get pods"], undefined],
  ["without a rest", "%ip", ["ip"], undefined],
  ["indented, with tabs", "\t%kubectl  a  b  ", ["kubectl|a  b"], undefined],
  ["after a line without a semicolon", "const m1 = 1\n%kubectl get x", ["kubectl|get x"], undefined],
  ["between statements", "let m2 = 1\n%ip route\nm2 + 1", ["ip|route"], 2],
  ["quotes, backticks and braces in the rest", "%kubectl -o 'x`y{' \"z", ["kubectl|-o 'x`y{' \"z"], undefined],
  ["in a block", "for (const i of [1, 2]) {\n  %ip a\n}", ["ip|a", "ip|a"], undefined],
  ["in a case", "switch (1 as number) { case 1:\n%ip b\n}", ["ip|b"], undefined],
  ["in a function that is called later", "function call() {\n  %ip c\n}\ncall(); call()", ["ip|c", "ip|c"], undefined],
  ["modulo stays modulo", "let m3 = 10\nconst ip = 3\nm3\n%ip", [], 1],
  ["text in a template stays text", "const m4 = `\n%kubectl get\n`; m4", [], "\n%kubectl get\n"],
  ["text in a comment stays text", "/*\n%kubectl get\n*/ 5", [], 5],
  [
    "beside a template that holds one",
    "const m5 = `\n%kubectl get pods`\n%ip d\nm5.trim()",
    ["ip|d"],
    "%kubectl get pods",
  ],
  ["beside a comment that holds one", "/*\n%kubectl x\n*/\n%ip e", ["ip|e"], undefined],
  ["a whole cell", "%%yaml --dry\nkind: Pod\n  name: `x`", ["yaml|--dry|kind: Pod\n  name: `x`"], undefined],
  ["a whole cell after blank lines", "\n\n%%yaml\na: 1", ["yaml|a: 1"], undefined],
];

describe("commands", () => {
  test.each(COMMANDS)("%s", async (_, code, commands, value) => {
    ran.length = 0;
    expect(await runCell(code)).toEqual({ value });
    expect(ran).toEqual(commands);
  });
});
