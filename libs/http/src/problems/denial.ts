import { Forbidden, IssuerUnavailable, Unauthenticated } from '@orderflow/auth';
import type { FastifyReply } from 'fastify';
import { problem, sendProblem } from './send-problem.js';

type Denial = Unauthenticated | Forbidden | IssuerUnavailable;

const RETRY_AFTER_SECONDS = 5;

export function isDenial(error: unknown): error is Denial {
  return error instanceof Unauthenticated || error instanceof Forbidden || error instanceof IssuerUnavailable;
}

/** Responds as RFC 6750, section 3, says. */
export function sendDenial(reply: FastifyReply, denial: Denial): void {
  const { message } = denial;
  if (denial instanceof IssuerUnavailable) {
    void reply.header('retry-after', RETRY_AFTER_SECONDS);
    return sendProblem(reply, problem(503, { detail: message }));
  }
  if (denial instanceof Forbidden) {
    void reply.header('www-authenticate', challenge({ error: 'insufficient_scope', scope: denial.scopes.join(' ') }));
    return sendProblem(reply, problem(403, { detail: message }));
  }
  const { error } = denial;
  void reply.header('www-authenticate', challenge({ error, error_description: error && message }));
  return sendProblem(reply, problem(401, { detail: message }));
}

function challenge(parameters: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries({ realm: 'orderflow', ...parameters }).filter(([, value]) => value !== undefined);
  return `Bearer ${given.map(([name, value]) => `${name}="${value}"`).join(', ')}`;
}
