import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { type Problem, PROBLEM_MEDIA_TYPE } from './problem.js';

/** What the app knows of its infrastructure's errors. */
export interface FaultKinds {
  /** Nothing was done, and the same request may succeed later: 503 with `Retry-After`. */
  readonly isUnavailable: (error: unknown) => boolean;
  /** It may have been done or not: 500 with `outcome: "unknown"`. Asked first. */
  readonly isOutcomeUnknown: (error: unknown) => boolean;
}

const RETRY_AFTER_SECONDS = 1;
const OUTCOME_UNKNOWN = 'The request may have taken effect or not; look before you repeat it';

/** Every error leaves as a problem document; a fault says nothing of its inside, and is logged. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  private readonly logger = new Logger('HTTP');

  constructor(private readonly faults: FaultKinds) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = this.problemOf(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (problem.status === 503) void reply.header('retry-after', RETRY_AFTER_SECONDS);
    send(reply, problem);
  }

  private problemOf(error: unknown): Problem {
    if (error instanceof HttpException) return ofHttpException(error);
    if (this.faults.isOutcomeUnknown(error)) return problem(500, { detail: OUTCOME_UNKNOWN, outcome: 'unknown' });
    if (this.faults.isUnavailable(error)) return problem(503, { detail: `${(error as Error).message}; try again` });
    const refused = statusOfRefusal(error);
    if (refused) return problem(refused, { detail: (error as Error).message });
    const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
    this.logger.error(message, stack);
    return problem(500, { detail: 'The service failed; its log says why' });
  }
}

/** Answers a request that Fastify refuses before any route, such as a URL that can't be decoded. */
export function answerRefusal(error: Error, _request: unknown, reply: FastifyReply): void {
  send(reply, problem(statusOfRefusal(error) ?? 400, { detail: error.message }));
}

function send(reply: FastifyReply, answer: Problem): void {
  void reply.status(answer.status).type(PROBLEM_MEDIA_TYPE).send(JSON.stringify(answer));
}

function ofHttpException(exception: HttpException): Problem {
  const response = exception.getResponse();
  if (typeof response === 'string') return problem(exception.getStatus(), { detail: response });
  const { message, error, statusCode, ...extensions } = response as Record<string, unknown>;
  return problem(exception.getStatus(), { ...(message === undefined ? {} : { detail: message }), ...extensions });
}

/** Fastify's own refusals (broken JSON, too large a body, a wrong content type) carry their status. */
function statusOfRefusal(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

function problem(status: number, members: Record<string, unknown>): Problem {
  return { ...members, type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status };
}
