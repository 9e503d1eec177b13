import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller.js';
import { extendRouteConfig } from './route-config.js';
import type { Scope } from './scopes.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Each of which allows the operation. */
    scopes?: readonly Scope[];
  }
  interface FastifyRequest {
    /** Undefined only for a public route, if callers are authenticated. */
    caller?: Caller | undefined;
  }
}

/** The name of the scheme in OpenAPI documents. */
export const SECURITY_SCHEME = 'oauth2';

/** The scopes each of which allows a handler's operation. A route without it is denied to everyone, if callers are authenticated. */
export const Requires = (...scopes: readonly Scope[]) =>
  applyDecorators(extendRouteConfig({ scopes }), ...scopes.map((scope) => ApiSecurity(SECURITY_SCHEME, [scope])));

/** A handler's parameter: the {@link Caller}. The handler of a public route gets undefined, if callers are authenticated. */
export const CalledBy = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().caller,
);
