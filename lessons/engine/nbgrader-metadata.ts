/**
 * What nbgrader keeps in a cell's metadata (nbgrader 0.9.6, nbgraderformat/v3.json), so that its teachers can use our notebooks
 * as they are. The checksum is that of nbgrader's `utils.compute_checksum`: a locked cell that was edited is noticed and restored.
 */
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** What a cell is for: read-only, the learner's answer, or a check that gives points. */
export type CellRole =
  | { readonly kind: "locked" }
  | { readonly kind: "answer" }
  | { readonly kind: "check"; readonly points: number };

const flagsOf = ({ kind }: CellRole) => ({
  grade: kind === "check",
  solution: kind === "answer",
  locked: kind !== "answer",
});

/** A number as Python prints a float. */
const pythonFloat = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const pythonBoolean = (value: boolean): string => (value ? "True" : "False");

/** The checksum of a cell: 32 hexadecimal digits. */
export function nbgraderChecksum(id: string, cellType: "code" | "markdown", source: string, role: CellRole): string {
  const { grade, solution, locked } = flagsOf(role);
  const flags = [grade, solution, locked].map(pythonBoolean).join("");
  const points = role.kind === "check" ? pythonFloat(role.points) : "";
  return bytesToHex(md5(utf8ToBytes(`${source}${cellType}${flags}${id}${points}`)));
}

/** A cell's metadata; `handedOut` adds what only a student's copy has. */
export function roleMetadata(
  id: string,
  cellType: "code" | "markdown",
  source: string,
  role: CellRole,
  handedOut: boolean,
): Readonly<Record<string, unknown>> {
  const nbgrader = {
    schema_version: 3,
    grade_id: id,
    ...flagsOf(role),
    ...(role.kind === "check" ? { points: role.points } : {}),
    ...(handedOut ? { checksum: nbgraderChecksum(id, cellType, source, role), cell_type: cellType } : {}),
  };
  const isFree = role.kind === "answer";
  return { deletable: false, ...(isFree ? {} : { editable: false }), nbgrader };
}
