import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BadRequestException } from '@nestjs/common';
import { countMarks } from '@orderflow/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A body of this size takes milliseconds to read; usual ones are far smaller. */
const LARGE_BYTES = 8_192;
/** Maximum number of values and members of a body: far more than any request needs, and few enough to cost little memory. */
const MAX_VALUES = 2_000;

/**
 * Reads bodies of type `application/json` strictly (RFC 8259, with unique names as it recommends), up to `bodyLimit` bytes
 * and 2,000 values or members. An empty body counts as none. Each turn of the event loop reads at most one large body, so
 * that many at once do not delay others.
 */
export function readJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  let turn = Promise.resolve();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_request: FastifyRequest, body: Buffer) => {
      if (body.length > LARGE_BYTES) await (turn = turn.then(() => nextTurn()));
      return body.length === 0 ? undefined : parseJson(body);
    },
  );
}

function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) throw new BadRequestException('The body is not UTF-8');
  const { colons, values } = countMarks(body);
  if (values > MAX_VALUES) throw new BadRequestException(`The body has more than ${MAX_VALUES} values`);
  const value = parsed(body.toString('utf8'));
  // Each member has a colon, but JSON.parse keeps only the last of several members with the same name.
  if (countMembers(value) !== colons) {
    throw new BadRequestException('The body has an object with a repeated name');
  }
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequestException(`The body is not JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** Uses a list instead of recursion, since a body may be nested as deeply as it is long. */
function countMembers(value: unknown): number {
  let members = 0;
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (typeof each !== 'object' || each === null) continue;
    if (Object.hasOwn(each, '__proto__')) throw new BadRequestException('The body has a member called __proto__');
    const inner = Object.values(each);
    if (!Array.isArray(each)) members += inner.length;
    for (const one of inner) waiting.push(one);
  }
  return members;
}
