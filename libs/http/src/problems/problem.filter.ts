import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isDenial, sendDenial } from './denial.js';
import { OutageLog } from './outage-log.js';
import type { Problem } from './problem.js';
import { problem, sendProblem } from './send-problem.js';

/** Classifies the errors of the app's infrastructure. */
export interface FaultKinds {
  /** Nothing was done, and the same request may succeed later: 503 with `Retry-After`. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** It may or may not have taken effect: 500 with `outcome: "unknown"`. Checked first. */
  readonly isOutcomeUnknown: (error: unknown) => boolean;
}

const RETRY_AFTER_SECONDS = 1;
const UNAVAILABLE = 'A dependency of the service is unavailable; nothing was done, try again later';
const OUTCOME_UNKNOWN = 'The request may or may not have taken effect; check before you repeat it';

/** Turns every error into a problem document. The details of a fault are logged and not shown. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  private readonly logger = new Logger('HTTP');

  private readonly outages = new OutageLog((line) => this.logger.warn(line));

  constructor(private readonly faults: FaultKinds) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (isDenial(error)) return sendDenial(reply, error);
    const problem = this.problemOf(error);
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    sendProblem(reply, problem);
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof HttpException) return ofHttpException(error);
    if (this.faults.isOutcomeUnknown(error)) return problem(500, { detail: OUTCOME_UNKNOWN, outcome: 'unknown' });
    if (this.faults.isUnavailable(error)) return this.unavailable(error as Error);
    const status = statusOfFrameworkError(error);
    if (status) return problem(status, { detail: (error as Error).message });
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    this.logger.error(message, stack);
    return problem(500, { detail: 'Internal error; see the log of the service' });
  }

  private unavailable(error: Error): Problem {
    this.outages.add(error);
    return problem(503, { detail: UNAVAILABLE });
  }
}

/** Responds to a request that Fastify rejects before any route, such as a URL that cannot be decoded. */
export function sendFrameworkError(error: Error, _request: unknown, reply: FastifyReply): void {
  sendProblem(reply, problem(statusOfFrameworkError(error) ?? 400, { detail: error.message }));
}

function ofHttpException(exception: HttpException): Problem {
  const response = exception.getResponse();
  if (typeof response === 'string') return problem(exception.getStatus(), { detail: response });
  const { message, error, statusCode, ...extensions } = response as Record<string, unknown>;
  return problem(exception.getStatus(), { ...(message === undefined ? {} : { detail: message }), ...extensions });
}

/** Fastify's own errors (malformed JSON, too large a body, a wrong content type) carry their status. */
function statusOfFrameworkError(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}
