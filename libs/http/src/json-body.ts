import { isUtf8 } from 'node:buffer';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BadRequestException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A body that takes milliseconds to read; the usual ones are far smaller. */
const LARGE_BYTES = 8_192;

/**
 * Reads bodies of the type `application/json` strictly (RFC 8259, and its advice that names be unique), at most
 * `bodyLimit` bytes of them. An empty body is none. Of large ones, a turn of the event loop reads one, however many come at once.
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
  const text = body.toString('utf8');
  const value = parsed(text);
  if (countMembers(value) !== countColons(text)) {
    throw new BadRequestException('The body has an object in which a name stands twice');
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

/** Each member of a valid JSON text has one colon outside of strings; `JSON.parse` keeps the last of equal names. */
function countColons(text: string): number {
  let colons = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at);
    if (character === 0x22) inString = !inString;
    else if (inString && character === 0x5c) at += 1;
    else if (!inString && character === 0x3a) colons += 1;
  }
  return colons;
}

/** With a list of its own instead of recursion: a body may be nested as deeply as it is long. */
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
