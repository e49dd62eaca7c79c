/** A small environment for the tests of the notebook kernel: a counter in the place of a cluster. */

const DECLARATIONS = `
interface Counter {
  /** How often it was stepped. */
  readonly value: number;
  /** Steps once. */
  step(): number;
  /** Steps until an interrupt ends it, between two steps. */
  run(): never;
}
declare const counter: Counter;
declare function kubectl(strings: TemplateStringsArray, ...values: unknown[]): string;
declare class Picture { constructor(name: string) }
`;

class Picture {
  constructor(name) {
    this.name = name;
  }
}

export function createEnvironment({ interruptFlag, output }) {
  let value = 0;
  const counter = {
    get value() {
      return value;
    },
    step: () => ++value,
    run() {
      for (;;) {
        value++;
        if (Atomics.load(interruptFlag, 0)) throw new Error(`interrupted after ${value} steps`);
      }
    },
  };
  const outcomes = [];
  return {
    globals: { counter, kubectl: (strings) => `ran ${strings.join("")}`, Picture, outcomes },
    declarations: [
      { fileName: "/orrery/globals.d.ts", text: `${DECLARATIONS}\ndeclare const outcomes: unknown[];` },
      {
        fileName: "/orrery/index.d.ts",
        text: "export interface Pod { name: string }\nexport declare const answer: number;",
      },
    ],
    modules: { "kube-orrery": { answer: 42 } },
    commands: ["kubectl", "ip", "fail"],
    cellCommands: ["yaml", "sh"],
    run({ command, rest, body }, io) {
      if (command === "fail") throw new Error(`refused: ${rest}`);
      io.stdout(`${command}(${rest})${body === undefined ? "" : `<${body}>`}\n`);
      output.stderr("");
    },
    display: (shown) =>
      shown instanceof Picture ? { "text/html": `<b>${shown.name}</b>`, "text/plain": shown.name } : undefined,
    afterCell: (outcome) => outcomes.push(outcome),
    complete: (command, text, cursor) => ({ start: 0, end: cursor, matches: [`${command}:${text.slice(0, cursor)}`] }),
    comms: {
      echo(comm, data) {
        comm.onMessage = (message) => comm.send({ echoed: message });
        comm.send({ opened: data });
      },
    },
  };
}
