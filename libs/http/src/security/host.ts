import { isIP } from 'node:net';

/**
 * The name or address in a `Host` header (RFC 9110, section 7.2), in lower case, without port, brackets and trailing dot;
 * undefined if the header is malformed.
 */
export function hostOf(header: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([^\s:@/?#[\]]+))(?::\d*)?$/i.exec(header) ?? [];
  if (address !== undefined) return isIP(address) === 6 ? address.toLowerCase() : undefined;
  return name?.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a service accepts a host. Addresses are always accepted: a page that rebinds a name (DNS rebinding) still sends
 * the name. A name is accepted if it is the machine's own (`localhost`, RFC 6761) or allowed: `shop.example` allows that
 * name, `.shop.example` also every name below it.
 */
export function isHostAllowed(host: string, allowed: readonly string[]): boolean {
  if (isIP(host) || host === 'localhost' || host.endsWith('.localhost')) return true;
  return allowed.some((each) => {
    const name = each.toLowerCase();
    return name.startsWith('.') ? host === name.slice(1) || host.endsWith(name) : host === name;
  });
}
