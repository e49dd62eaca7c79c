import { startupSnapshot } from "node:v8";
import { baked } from "orrery:baked";
import type { TypesAnswers, TypesQuestion, TypesReply, TypesRequest } from "./protocol.ts";
import { TypesService } from "./service.ts";

const service = new TypesService(baked);

function answer(question: TypesQuestion): TypesAnswers[keyof TypesAnswers] {
  switch (question.kind) {
    case "start":
      service.start(question.folder, question.declarations);
      return true;
    case "check":
      return service.check(question.cell);
    case "complete":
      return service.complete(question.text, question.offset);
    case "inspect":
      return service.inspect(question.text, question.offset) ?? null;
  }
}

function replyTo({ number, question }: TypesRequest): TypesReply {
  try {
    return { number, answer: answer(question) };
  } catch (error) {
    return { number, failure: String(error) };
  }
}

/** Answers questions from the notebook kernel until it goes away. */
function serve(): void {
  process.on("message", (request: TypesRequest) => {
    process.send!(replyTo(request));
    // The cell runs meanwhile on the other side; this is the time in which its declarations are made.
    if (request.question.kind === "check") setImmediate(() => replyToSettle());
  });
  process.on("disconnect", () => process.exit(0));
}

function replyToSettle(): void {
  try {
    service.settle();
  } catch {
    // A cell that cannot be settled is unknown to later cells, which then say so by name.
  }
}

/** Takes the first checks' cost into the snapshot: the checker, the library's symbols and the hot code are warm in it. */
function warmUp(): void {
  const declared = [{ name: "warm", kind: "const" as const, exported: false }];
  const cells = [
    "const warm = [1, 2].map((x) => String(x));\nconsole.log(warm)",
    "warm.join()\nconst s: Promise<Map<string, number>> = Promise.resolve(new Map())\nawait s",
  ];
  cells.forEach((text, serial) => {
    service.check({ serial, text, declared: serial === 0 ? declared : [], augments: false });
    service.settle();
  });
  service.complete("warm.", 5);
  service.inspect("warm", 2);
  service.start("/", []);
}

if (startupSnapshot.isBuildingSnapshot()) {
  warmUp();
  startupSnapshot.setDeserializeMainFunction(serve);
} else serve();
