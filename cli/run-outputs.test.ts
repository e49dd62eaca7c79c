import { describe, expect, it } from "vitest";
import { CellOutputs, type Published } from "./run-outputs.ts";

const print = (text: string, name = "stdout"): Published => ({ type: "stream", content: { name, text } });
const show = (text: string, id?: string, type = "display_data"): Published => ({
  type,
  content: { data: { "text/plain": text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } },
});
const clear = (wait: boolean): Published => ({ type: "clear_output", content: { wait } });

/** The outputs in short: text of streams and displays. */
function gathered(...messages: Published[]): string[] {
  const outputs = new CellOutputs();
  for (const message of messages) outputs.add(message);
  return outputs.list.map((output) => {
    if (output.output_type === "stream") return `${output.name}: ${output.text}`;
    return output.output_type === "error" ? output.ename : String(output.data["text/plain"]);
  });
}

describe("outputs are gathered as JupyterLab does", () => {
  it("streams in a row become one", () => {
    expect(gathered(print("a"), print("b\n"), print("c", "stderr"), print("d"))).toEqual([
      "stdout: ab\n",
      "stderr: c",
      "stdout: d",
    ]);
    expect(gathered(print("a"), show("x"), print("b"))).toEqual(["stdout: a", "x", "stdout: b"]);
  });

  it("a carriage return writes over its line, across messages", () => {
    expect(gathered(print("one\n10%\r20"), print("0%\rx"))).toEqual(["stdout: one\nx00%"]);
    expect(gathered(print("\rab\r\r\nc"))).toEqual(["stdout: ab\nc"]);
  });

  it("a backspace takes one character of the line", () => {
    expect(gathered(print("ab\b\bc\nd\b\be"))).toEqual(["stdout: c\ne"]);
  });

  it("a display is updated in place, each of the same name", () => {
    const update = show("new", "d", "update_display_data");
    expect(gathered(show("old", "d"), print("a"), show("old", "d"), show("other", "e"), update)).toEqual([
      "new",
      "stdout: a",
      "new",
      "other",
    ]);
  });

  it("clear_output clears at once, or when something follows", () => {
    expect(gathered(print("a"), clear(false))).toEqual([]);
    expect(gathered(print("a"), clear(true))).toEqual(["stdout: a"]);
    expect(gathered(print("a"), clear(true), print("b"), print("c"))).toEqual(["stdout: bc"]);
    expect(gathered(print("a"), clear(true), show("x"))).toEqual(["x"]);
  });

  it("an error keeps its three fields only", () => {
    const outputs = new CellOutputs();
    outputs.add({ type: "error", content: { ename: "E", evalue: "v", traceback: ["t"], more: 1 } });
    expect(outputs.list).toEqual([{ output_type: "error", ename: "E", evalue: "v", traceback: ["t"] }]);
  });
});
