import { Failure } from '../../tools/stack/failure.mjs';
import { LOOPBACK } from '../../tools/stack/given-token.mjs';

/**
 * @returns its origin
 * @throws {Failure} unless it is HTTP to this machine, so that no other system gets load by mistake
 */
export function loopbackOrigin(url: string): string {
  const { protocol, hostname, origin } = URL.canParse(url) ? new URL(url) : { protocol: '', hostname: '', origin: '' };
  if (protocol === 'http:' && LOOPBACK.test(hostname)) return origin;
  throw new Failure(`${url} is not an http address of this machine (localhost, 127.0.0.0/8 or [::1])`);
}
