import { setTimeout as delay } from 'node:timers/promises';
import { now } from '../../load/clock.ts';
import { urlOf } from './closed-loop.ts';
import { Connection } from './connection.ts';
import type { OrderLog } from './order-log.ts';

/** So many that a stall of a second does not run out of them. */
const CONNECTIONS = 1_000;

/** @returns when the order is to be sent, whatever became of the ones before */
export const intendedAt = ({ begin, perSecond }: { begin: number; perSecond: number }, number: number) =>
  begin + (number / perSecond) * 1_000;

/**
 * Posts `perSecond` orders a second. An order's time begins when it should be sent, so that a stall counts for each order that
 * it delays, and not only for the ones that were on their way (coordinated omission).
 */
export async function openLoop(
  log: OrderLog,
  { urls, requests, perSecond }: { urls: URL[]; requests: string[]; perSecond: number },
) {
  const connections = new Connections(urls);
  const schedule = { begin: now(), perSecond };
  const posting: Promise<void>[] = [];
  for (const [number, request] of requests.entries()) {
    const sentAt = intendedAt(schedule, number);
    while (now() < sentAt) await delay(Math.ceil(sentAt - now())); // a timer drops fractions, and would be early
    posting.push(connections.use((connection) => log.post(connection, number, { request, sentAt })));
  }
  await Promise.all(posting).finally(() => connections.close());
}

/** Opens a connection where none is free; past the bound, a request waits. */
class Connections {
  urls: URL[];
  open: Connection[] = [];
  free: Connection[] = [];
  opened = 0;
  waiting: ((connection: Connection) => void)[] = [];

  constructor(urls: URL[]) {
    this.urls = urls;
  }

  async use(work: (connection: Connection) => Promise<void>) {
    const connection = await this.take();
    await work(connection);
    const next = this.waiting.shift();
    if (next) next(connection);
    else this.free.push(connection);
  }

  async take(): Promise<Connection> {
    const free = this.free.pop();
    if (free) return free;
    if (this.opened === CONNECTIONS) return new Promise((resolve) => this.waiting.push(resolve));
    const connection = await Connection.open(urlOf(this.urls, this.opened++));
    this.open.push(connection);
    return connection;
  }

  close() {
    for (const connection of this.open) connection.close();
  }
}
