import { exitOn, type Database } from './database.ts';
import type { Event } from './kafka.ts';

/**
 * Events are stored in the transaction of the change, published from memory right after its commit, and deleted by a later
 * transaction that runs anyway. What a crash has left is published at the start, perhaps for the second time.
 */
export async function openOutbox(database: Database, send: (events: Event[]) => Promise<unknown>) {
  let published: string[] = [];
  const publish = async (events: Event[]) => {
    if (events.length > 0) await send(events);
    for (const { eventId } of events) published.push(eventId);
  };
  await publish(await readLeft(database));
  return {
    /** @returns ids of published events, for the next transaction to delete; if it fails, the next start publishes them again */
    takePublished: () => {
      const taken = published;
      published = [];
      return taken;
    },
    /** After the commit. */
    publish: (events: Event[]) => void publish(events).catch(exitOn),
  };
}

async function readLeft(database: Database) {
  const columns = 'event_id AS "eventId", key AS "orderId", type, value';
  return (await database.query<Event>(`SELECT ${columns} FROM outbox ORDER BY event_id`)).rows;
}

/** @returns the parameters of `unnest` for the outbox's columns */
export const columnsOf = (events: Event[]) => [
  events.map(({ eventId }) => eventId),
  events.map(({ orderId }) => orderId),
  events.map(({ type }) => type),
  events.map(({ value }) => value),
];
