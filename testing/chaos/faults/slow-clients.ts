import { firstOf } from '../../load/present.ts';
import net from 'node:net';
import { poll } from '../../../tools/stack/ports.mjs';
import { oneOf } from '../../load/random.ts';
import { between, replicasOf, SERVICES, type Fault } from './fault.ts';
import type { SlowClients } from './details.ts';

const CLIENTS_OF_A_KIND = 20;
/** A request has 30 s to arrive; the rest allows for a busy machine. */
const CLOSED_WITHIN_MS = 60_000;
const BYTE_EVERY_MS = 500;

const HEAD = 'POST /dead-letters/replay HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/**
 * The bytes that each client sends at once, and those that it keeps sending.
 * @param head of each request
 */
const unfinished = (head: string) => [
  { sent: head },
  { sent: `${head}Content-Length: 1000\r\n\r\n{"all":` },
  { sent: `${head}Content-Length: 1000\r\n\r\n{`, goesOn: ' ' },
];
const KEPT_OPEN = { sent: 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n' };

export const slowClients: Fault<SlowClients> = {
  name: 'slow-clients',
  about:
    'requests that never end and connections that stay open, at one replica, until it gives them up and as it is told to end',
  draw: (random, { replicas }) => ({
    victims: [`${oneOf(random, SERVICES)}-${between(random, 1, replicas)}`],
    durationMs: 0,
  }),
  strike: async (world, details) => {
    const replica = firstOf(replicasOf(world, details.victims), 'the victim');
    const headers = Object.entries(await world.authorization());
    const head = headers.reduce((lines, [name, value]) => `${lines}${name}: ${value}\r\n`, HEAD);
    const clients = unfinished(head).flatMap((kind) => open(replica.url, kind));
    await poll(async () => clients.every(({ closed }) => closed), { timeoutMs: CLOSED_WITHIN_MS });
    details.unfinished = clients.filter(({ closed }) => !closed).length;
    const others = [...unfinished(head), KEPT_OPEN].flatMap((kind) => open(replica.url, kind));
    return async () => {
      await replica.stop();
      [...clients, ...others].forEach((client) => client.destroy());
      replica.start();
      await replica.whenReady();
    };
  },
};

/** @returns several of that kind */
function open(url: string, { sent, goesOn }: { sent: string; goesOn?: string }): net.Socket[] {
  const { hostname, port } = new URL(url);
  return Array.from({ length: CLIENTS_OF_A_KIND }, () => {
    const socket = net.connect(Number(port), hostname, () => socket.write(sent));
    socket.on('error', () => {});
    socket.resume(); // an answer is not waited for, and not left unread
    if (goesOn) {
      const timer = setInterval(() => socket.write(goesOn), BYTE_EVERY_MS);
      socket.once('close', () => clearInterval(timer));
    }
    return socket;
  });
}
