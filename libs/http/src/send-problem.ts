import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type Problem, PROBLEM_MEDIA_TYPE } from './problem.js';

/** A problem that is what its status says. */
export function problem(status: number, members: Record<string, unknown>): Problem {
  return { ...members, type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status };
}

/** Sends it as the whole response. */
export function sendProblem(reply: FastifyReply, answer: Problem): void {
  void reply
    .status(answer.status)
    .header('x-content-type-options', 'nosniff')
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(answer));
}
