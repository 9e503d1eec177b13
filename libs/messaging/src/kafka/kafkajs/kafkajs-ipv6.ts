const SUFFIX = '.ipv6-literal.net';

/**
 * A broker for kafkajs 2.2.4, which splits `host:port` at its first colon: `[::1]:9092` becomes a name without colons, as
 * Windows writes such addresses. {@link addressOf} takes it back where the socket is opened.
 */
export function withoutColons(broker: string): string {
  return broker.replace(/^\[(.+)\](:\d+)$/, (_, address: string, port: string) => {
    return `${address.replaceAll(':', '-')}${SUFFIX}${port}`;
  });
}

/** The host that {@link withoutColons} was given; others as they are. */
export function addressOf(host: string): string {
  return host.endsWith(SUFFIX) ? host.slice(0, -SUFFIX.length).replaceAll('-', ':') : host;
}
