/** What stops a tool in a way that its user can mend: the message is one line that says how. */
export class Failure extends Error {}

/**
 * @param {unknown} error
 * @returns {string} one line for a `Failure`, the stack for a defect of the tools themselves
 */
export function describeFailure(error) {
  if (error instanceof Failure) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
