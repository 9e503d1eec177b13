import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@orderflow/auth';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { hasConnection } from './connection-limits.js';
import { pauseTiming } from './request-timing.js';

const MAX_WAIT_SECONDS = 30;

const TOKEN = String.raw`[\w!#$%&'*+.^\`|~-]+`;
const WORD = String.raw`${TOKEN}|"(?:[^"\\]|\\.)*"`;
const PARAMETER = String.raw`${TOKEN}[ \t]*(?:=[ \t]*(?:(?:${WORD})[ \t]*)?)?`;
/** A preference with its parameters (RFC 7240, section 2), read in linear time. */
const PREFERENCE = new RegExp(
  String.raw`(?:[ \t]*,)*[ \t]*(${TOKEN})[ \t]*(?:=[ \t]*(?:(${WORD})[ \t]*)?)?(?:;[ \t]*(?:${PARAMETER})?)*(?:,|$)`,
  'y',
);

/**
 * The seconds that `Prefer: wait=N` asks for, at most 30. Undefined if the first `wait` has no such value, or the header is
 * malformed before it: a preference that cannot be honoured is ignored (RFC 7240).
 */
export function waitSecondsOf(header: string): number | undefined {
  PREFERENCE.lastIndex = 0;
  while (PREFERENCE.lastIndex < header.length) {
    const [, name, value = ''] = PREFERENCE.exec(header) ?? [];
    if (name === undefined) return undefined;
    if (name.toLowerCase() !== 'wait') continue;
    const [, seconds] = /^"?(\d+)"?$/.exec(value) ?? [];
    return seconds === undefined ? undefined : Math.min(Number(seconds), MAX_WAIT_SECONDS);
  }
  return undefined;
}

/** A client that prefers to wait for its response (`Prefer: wait=N`). */
export class PreferredWait {
  constructor(
    private readonly request: FastifyRequest,
    private readonly reply: FastifyReply,
    /** The longest time to wait, at most 30. */
    readonly seconds: number,
  ) {}

  get caller(): Caller | undefined {
    return this.request.caller;
  }

  /** Calls back once if the client hangs up, at once if it cannot be told when. The time from now on does not count as time that the request takes. */
  begin(onHangUp: () => void): { end(): void } {
    const resume = pauseTiming(this.request);
    if (hasConnection(this.reply)) this.reply.raw.once('close', onHangUp);
    else onHangUp();
    return {
      end: () => {
        resume();
        this.reply.raw.off('close', onHangUp);
      },
    };
  }

  /** For a response that comes early because the application shuts down. */
  closeConnection(): void {
    void this.reply.header('connection', 'close');
  }

  /** Says in the response that the service has waited. */
  apply(): void {
    void this.reply.header('preference-applied', `wait=${this.seconds}`);
  }
}

/** A handler's parameter: a {@link PreferredWait}, or undefined if the client does not ask for one. */
export const WaitPreference = createParamDecorator(
  (_: unknown, context: ExecutionContext): PreferredWait | undefined => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { prefer } = request.headers;
    const seconds = prefer === undefined ? undefined : waitSecondsOf(String(prefer));
    return seconds === undefined
      ? undefined
      : new PreferredWait(request, context.switchToHttp().getResponse<FastifyReply>(), seconds);
  },
);
