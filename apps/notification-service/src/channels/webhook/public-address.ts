import ipaddr from 'ipaddr.js';

/** The part of IPv6 that is assigned; `::7f00:1`, which stands for 127.0.0.1, is outside of it. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/** Azure's, which any of its machines may ask about itself; of the public range. */
const HOST_AGENT = '168.63.129.16';

/**
 * Whether an address belongs to the public internet: not private, shared by a carrier, loopback, link-local (as that of the
 * clouds' metadata), multicast or reserved, and no IPv6 address that stands for an IPv4 one.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === HOST_AGENT) return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
