import type { CellOutput, Forms } from "./notebook-file.ts";

/** What a notebook kernel publishes, as far as it becomes an output. */
export interface Published {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/**
 * The outputs of one cell, as JupyterLab gathers them (version 4.6, packages/outputarea): streams in a row become one, carriage
 * returns and backspaces act on the text, displays are updated in place, and clear_output may wait for what follows.
 */
export class CellOutputs {
  readonly list: CellOutput[] = [];
  readonly #displays = new Map<string, CellOutput[]>();
  #clearNext = false;
  #stream: StreamText | undefined;

  add({ type, content }: Published): void {
    switch (type) {
      case "stream":
        return this.#addStream(content.name === "stderr" ? "stderr" : "stdout", String(content.text));
      case "display_data":
        return this.#addDisplay(content);
      case "update_display_data":
        return this.#updateDisplay(content);
      case "execute_result":
        return this.#push({
          output_type: "execute_result",
          ...formsOf(content),
          execution_count: Number(content.execution_count),
        });
      case "error":
        return this.#push(errorOf(content));
      case "clear_output":
        if (content.wait === true) this.#clearNext = true;
        else this.#clear();
    }
  }

  #clear(): void {
    this.list.length = 0;
    this.#stream = undefined;
    this.#clearNext = false;
  }

  #push(output: CellOutput): void {
    if (this.#clearNext) this.#clear();
    this.#stream = undefined;
    this.list.push(output);
  }

  #addStream(name: "stdout" | "stderr", text: string): void {
    if (this.#clearNext) this.#clear();
    if (this.#stream?.output.name !== name) {
      const stream = new StreamText(name);
      this.#push(stream.output);
      this.#stream = stream;
    }
    this.#stream?.write(text);
  }

  #addDisplay(content: Published["content"]): void {
    const output: CellOutput = { output_type: "display_data", ...formsOf(content) };
    this.#push(output);
    const id = idOf(content);
    if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
  }

  #updateDisplay(content: Published["content"]): void {
    for (const output of this.#displays.get(idOf(content) ?? "") ?? []) Object.assign(output, formsOf(content));
  }
}

/** The text of a stream with the place where the next character goes. */
class StreamText {
  readonly output: { output_type: "stream"; name: "stdout" | "stderr"; text: string };
  #at = 0;

  constructor(name: "stdout" | "stderr") {
    this.output = { output_type: "stream", name, text: "" };
  }

  write(added: string): void {
    for (const part of added.split(/([\n\b\r])/)) {
      const { text } = this.output;
      if (part === "\n") {
        this.output.text = `${text}\n`;
        this.#at = this.output.text.length;
      } else if (part === "\r") this.#at = text.slice(0, this.#at).lastIndexOf("\n") + 1;
      else if (part !== "\b") {
        this.output.text = text.slice(0, this.#at) + part + text.slice(this.#at + part.length);
        this.#at += part.length;
      } else if (this.#at > 0 && text[this.#at - 1] !== "\n") {
        this.output.text = text.slice(0, this.#at - 1) + text.slice(this.#at + 1);
        this.#at -= 1;
      }
    }
  }
}

function formsOf({ data, metadata }: Published["content"]): { data: Forms; metadata: Forms } {
  return { data: { ...(data as Forms) }, metadata: { ...(metadata as Forms) } };
}

function errorOf({ ename, evalue, traceback }: Published["content"]): CellOutput {
  const lines = Array.isArray(traceback) ? traceback.map(String) : [];
  return { output_type: "error", ename: String(ename), evalue: String(evalue), traceback: lines };
}

function idOf({ transient }: Published["content"]): string | undefined {
  const id = (transient as Forms | undefined)?.display_id;
  return typeof id === "string" ? id : undefined;
}
