import { invalidRequest } from '@orderflow/http';
import type { OrderFilter } from '../orders.repository.js';
import type { Deadlines } from './deadlines.js';

/**
 * The filter that finds the late orders among those that another filter finds; undefined if there can be none.
 * @throws 400 if no order is ever late
 */
export function lateAmong(filter: OrderFilter, { lateSeconds }: Deadlines, now: Date): OrderFilter | undefined {
  if (lateSeconds === undefined) {
    throw invalidRequest([
      { parameter: 'late', detail: 'late needs ORDER_LATE_SECONDS, which this service does not set' },
    ]);
  }
  if (filter.status !== undefined && filter.status !== 'PENDING') return undefined;
  const lateSince = now.getTime() - 1_000 * lateSeconds;
  return { ...filter, status: 'PENDING', to: new Date(Math.min(lateSince, filter.to?.getTime() ?? Infinity)) };
}
