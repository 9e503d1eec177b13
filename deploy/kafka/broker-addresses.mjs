import net from 'node:net';
import tls from 'node:tls';

const IPV6 = /^\[([\da-f:.]+)\]:(\d+)$/i;
const KEEP_ALIVE_MS = 60_000;

/**
 * What kafkajs is to be given for a list of brokers. It cuts an address at each colon (2.2.4), so that an IPv6 one, in brackets
 * as in URLs (RFC 3986, 3.2.2), goes in by a name, and the socket translates.
 * @param {string} list host:port, separated by commas
 * @returns {{ brokers: string[], socketFactory: import('kafkajs').ISocketFactory }}
 */
export function brokerAddresses(list) {
  const hosts = new Map();
  const addresses = list.split(',').map((address) => address.trim());
  const brokers = addresses.filter(Boolean).map((address, index) => {
    const [, host, port] = IPV6.exec(address) ?? [];
    if (!host) return address;
    const name = `ipv6-${index}.invalid`;
    hosts.set(name, host);
    return `${name}:${port}`;
  });
  return { brokers, socketFactory: ({ host, ...rest }) => connect({ host: hosts.get(host) ?? host, ...rest }) };
}

/** As kafkajs itself does. @type {import('kafkajs').ISocketFactory} */
function connect({ host, port, ssl, onConnect }) {
  const to = { host, port };
  const name = net.isIP(host) ? {} : { servername: host };
  const socket = ssl ? tls.connect({ ...to, ...name, ...ssl }, onConnect) : net.connect(to, onConnect);
  return socket.setKeepAlive(true, KEEP_ALIVE_MS);
}
