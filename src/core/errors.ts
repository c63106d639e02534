// The one kind of error that the user can mend: printed as it is, without a stack, and ends with exit code 2.

/** Wrong usage or wrong configuration: the message says what is wrong, the hint what to do about it. */
export class UsageError extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
    this.hint = hint;
  }
}
