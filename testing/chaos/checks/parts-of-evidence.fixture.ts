import { present } from '../../load/present.ts';
import type { Evidence } from '../evidence.ts';

/** What is broken, the check that finds it, the violation's kind, and an act that breaks the evidence of a good run. */
export type BrokenRun = [what: string, check: string, named: string, act: (evidence: Evidence) => unknown];

export const order = ({ orders }: Evidence, id = 'kept') => present(orders.get(id), id);
export const booked = ({ book }: Evidence, id = 'kept') =>
  present(
    book.orders.find(({ orderId }) => orderId === id),
    id,
  );
export const events = ({ events: all }: Evidence, id = 'kept') => present(all.get(id), id);
export const event = (evidence: Evidence, type: string, id = 'kept') =>
  present(
    events(evidence, id).find((one) => one.type === type),
    type,
  );
export const notifications = ({ notifications: all }: Evidence, id = 'kept') => present(all.get(id), id);
export const first = <T>([one]: T[]) => present(one, 'the first');
/** A fault in which Kafka deleted these offsets of the poison message's partition before any group had read them. */
export const deleteUnread = (
  { faults, poison }: Evidence,
  offsets: { from: number; to: number },
  seen: object = {},
) => {
  const { topic, partition } = first(poison).message;
  first(poison).groups.forEach((group) => {
    const noticed = { unread: { group, topic, partition, ...offsets }, isDegraded: true, counted: 1_000, ...seen };
    faults.push(struck('delete-records', noticed));
  });
};
export const struck = (fault: string, details: object) => ({
  fault,
  details: { durationMs: 60_000, ...details },
  from: 0,
  to: 60_000,
});
