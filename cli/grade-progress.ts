/** How far a class has come: a bar that redraws itself on a terminal, else a line now and then. */
import process from "node:process";

const width = 30;
const lineEveryMs = 5_000;

/** Told how many are done; `end` leaves a tidy line. */
export interface GradeProgress {
  (done: number): void;
  end(): void;
}

/** Writes to standard error, so that standard output stays JSON. */
export function gradeProgress(all: number, stream: NodeJS.WriteStream = process.stderr): GradeProgress {
  const start = performance.now();
  let last = start;
  const rate = (done: number): string => {
    const minutes = (performance.now() - start) / 60_000;
    return minutes > 0 ? `${Math.round(done / minutes)} a minute` : "";
  };
  const bar = (done: number): void => {
    const full = Math.round((done / Math.max(1, all)) * width);
    stream.write(`\r[${"#".repeat(full)}${"-".repeat(width - full)}] ${done} of ${all}, ${rate(done)}\u001b[K`);
  };
  const line = (done: number): void => {
    if (performance.now() - last < lineEveryMs) return;
    last = performance.now();
    stream.write(`${done} of ${all}, ${rate(done)}\n`);
  };
  const tell = stream.isTTY === true ? bar : line;
  return Object.assign((done: number) => tell(done), { end: () => void (stream.isTTY === true && stream.write("\n")) });
}
