const SUFFIX = '.ipv6-literal.net';

/**
 * A broker's address for kafkajs 2.2.4, which splits `host:port` at its first colon: `[::1]:9092` becomes a name without
 * colons, in the form that Windows uses. {@link addressOf} reverses this when the socket is opened.
 */
export function withoutColons(broker: string): string {
  return broker.replace(/^\[(.+)\](:\d+)$/, (_, address: string, port: string) => {
    return `${address.replaceAll(':', '-')}${SUFFIX}${port}`;
  });
}

/** The host that {@link withoutColons} got; other hosts are unchanged. */
export function addressOf(host: string): string {
  return host.endsWith(SUFFIX) ? host.slice(0, -SUFFIX.length).replaceAll('-', ':') : host;
}
