import { present } from '../../load/present.ts';
import type { Evidence } from '../evidence.ts';

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
export const struck = (fault: string, details: object) => ({
  fault,
  details: { durationMs: 60_000, ...details },
  from: 0,
  to: 60_000,
});
