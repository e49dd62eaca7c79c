/** The shell's complaint about a text that is no script; `isUnfinished` when more lines could make it one. */
export class SyntaxComplaint extends Error {
  readonly isUnfinished: boolean;

  constructor(message: string, isUnfinished = false) {
    super(message);
    this.isUnfinished = isUnfinished;
  }
}
