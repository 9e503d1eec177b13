import ipaddr from 'ipaddr.js';

/** The part of IPv6 that is assigned; `::7f00:1`, which stands for 127.0.0.1, is outside of it. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address belongs to the public internet: not private, shared by a carrier, loopback, link-local (as that of the
 * clouds' metadata), multicast or reserved, and no IPv6 address that stands for an IPv4 one.
 */
export function isPublicAddress(address: string): boolean {
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST);
}
