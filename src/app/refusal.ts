/** Why something that was asked for cannot be done, in one sentence for the user. */
export class Refusal extends Error {
  /** Of the program, if nothing else was to be done. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
