/** Errors that end the tool with one line. */
export class ToolError extends Error {
  exitCode = 1;
}

/** The service refused the request: unknown, wrong state, or failed again. */
export class Refused extends ToolError {
  /** @param {any} problem an RFC 9457 document */
  constructor(problem) {
    super(problem.detail ?? problem.title ?? `the service answered ${problem.status}`);
    this.problem = problem;
  }
}

export class UsageError extends ToolError {
  /** @override */
  exitCode = 2;

  /** @param {string} message */
  constructor(message) {
    super(`${message}; see --help`);
  }
}

export class Unreachable extends ToolError {
  /** @override */
  exitCode = 3;
}
