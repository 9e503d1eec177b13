import { now } from '../../load/clock.ts';
import { present } from '../../load/present.ts';
import { Connection } from './connection.ts';
import type { OrderLog } from './order-log.ts';

/** Sends all requests over `connections` connections, each of which sends the next order when it has the response to its last one. */
export async function closedLoop(
  log: OrderLog,
  { urls, requests, connections }: { urls: URL[]; requests: string[]; connections: number },
) {
  const open = await Promise.all(
    Array.from({ length: connections }, (_, index) => Connection.open(urlOf(urls, index))),
  );
  const queue = requests.entries();
  const postInTurn = async (connection: Connection) => {
    for (const [number, request] of queue) await log.post(connection, number, { request, sentAt: now() });
  };
  await Promise.all(open.map(postInTurn)).finally(() => open.forEach((connection) => connection.close()));
}

/** Spreads connections over the replicas. */
export const urlOf = (urls: URL[], index: number): URL => present(urls[index % urls.length], 'the URL of a replica');
