import type { LookupAddress } from 'node:dns';
import { Resolver } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';

/** Finds the addresses of a host name. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** The name of a host has addresses, but none of them is allowed. */
export class NoAllowedAddress extends Error {
  override readonly name = 'NoAllowedAddress';
}

const LOOPBACK: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];
/** Together less than a connection may take. */
const DNS_LIMITS = { timeout: 1_500, tries: 2 };

/**
 * Asks the configured DNS servers. `dns.lookup` would use one of libuv's four threads for each name, so a few names whose
 * servers do not respond would delay every other one.
 */
export function resolveByDns(): Resolve {
  const resolver = new Resolver(DNS_LIMITS);
  return async (hostname) => {
    if (/^(.+\.)?localhost\.?$/.test(hostname)) return LOOPBACK; // RFC 6761
    const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    const addresses = [...withFamily(four, 4), ...withFamily(six, 6)];
    if (addresses.length === 0 && four.status === 'rejected') throw four.reason;
    return addresses;
  };
}

function withFamily(found: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return found.status === 'fulfilled' ? found.value.map((address) => ({ address, family })) : [];
}

/** The lookup of a connection: it connects to one of the addresses that were checked, without looking up the name again. */
export function checkedLookup(resolve: Resolve, isAllowed: (address: string) => boolean): LookupFunction {
  const allowedOf = async (hostname: string) => {
    const allowed = (await resolve(hostname)).filter(({ address }) => isAllowed(address));
    if (allowed.length === 0) throw new NoAllowedAddress();
    return allowed;
  };
  return (hostname, { all }, callback) => {
    allowedOf(hostname).then(
      (allowed) => (all ? callback(null, allowed) : callback(null, allowed[0]?.address ?? '', allowed[0]?.family)),
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
