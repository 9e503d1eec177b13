import { createHash, hash as hashOf } from 'node:crypto';
import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiConflictResponse, ApiHeader, ApiUnprocessableEntityResponse } from '@nestjs/swagger';
import { ANYONE, type Caller } from '@orderflow/auth';
import { invalidRequest } from '@orderflow/http';
import { canonicalJson } from './canonical-json.js';
import { IDEMPOTENCY_KEY_SCHEMA, parseIdempotencyKey } from './idempotency-key.js';

/** A request that its client may repeat. */
export interface KeyedRequest {
  /** The header's value, or, if callers are authenticated, a hash of it and the caller: the keys of two callers never meet. */
  readonly key: string;
  /** Method and route, such as `POST /orders/:orderId/cancel`. A key belongs to one operation. */
  readonly operation: string;
  /** SHA-256 of the path and the canonical body. Call it after the request has been validated. */
  readonly hash: () => Buffer;
}

interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly routeOptions: { readonly url?: string };
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body?: unknown;
  readonly caller?: Caller | undefined;
}

const DETAIL = 'Idempotency-Key must be 1 to 255 printable ASCII characters, with or without double quotes';

/** The request if it has the header `Idempotency-Key`, otherwise undefined. A malformed key is a 400. */
export const Keyed = createParamDecorator((_: unknown, context: ExecutionContext) =>
  toKeyedRequest(context.switchToHttp().getRequest<HttpRequest>()),
);

export function toKeyedRequest(request: HttpRequest): KeyedRequest | undefined {
  const { method, url, routeOptions, headers, body, caller = ANYONE } = request;
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = typeof header === 'string' ? parseIdempotencyKey(header) : undefined;
  if (key === undefined) throw invalidRequest([{ parameter: 'Idempotency-Key', detail: DETAIL }]);
  const hash = () =>
    createHash('sha256')
      .update(canonicalJson([url, body ?? {}]))
      .digest();
  return { key: keyOf(caller, key), operation: `${method} ${routeOptions.url ?? url}`, hash };
}

/** It begins with a character that no key of a header has. */
function keyOf(caller: Caller, key: string): string {
  if (caller === ANYONE) return key;
  const { subject, customerId = null } = caller;
  return `\x01${hashOf('sha256', JSON.stringify([subject, customerId, key]), 'base64url')}`;
}

/** Describes the header of {@link Keyed} in OpenAPI. @param conflict the other reasons for a 409 */
export const ApiIdempotencyKey = (conflict?: string) =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description: 'Makes the request safe to repeat for 24 hours: each repetition gets the first response again',
      schema: IDEMPOTENCY_KEY_SCHEMA,
    }),
    ApiConflictResponse({
      description: `${conflict ? `${conflict}. Or a` : 'A'} request with this Idempotency-Key is still being processed; try again`,
    }),
    ApiUnprocessableEntityResponse({ description: 'This Idempotency-Key was used with a different request' }),
  );
