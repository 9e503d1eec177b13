import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type Problem, PROBLEM_MEDIA_TYPE } from './problem.js';

/** A problem document whose type is described by its status. */
export function problem(status: number, members: Record<string, unknown>): Problem {
  return { ...members, type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status };
}

/** Sends a problem document as the whole response. */
export function sendProblem(reply: FastifyReply, body: Problem): void {
  void reply
    .status(body.status)
    .header('x-content-type-options', 'nosniff')
    .type(PROBLEM_MEDIA_TYPE)
    .send(JSON.stringify(body));
}
