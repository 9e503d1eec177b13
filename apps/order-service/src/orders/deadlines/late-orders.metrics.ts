import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';
import { DEADLINES, type Deadlines } from './deadlines.js';

/** How many orders inventory has not decided in time. */
@Injectable()
export class LateOrdersMetrics extends Backlog {
  constructor(database: Database, metrics: Metrics, @Inject(DEADLINES) { lateSeconds }: Deadlines) {
    const isLate = lateSeconds === undefined ? 'false' : `order_id < ${idSecondsAgo(lateSeconds)}`;
    super(database, metrics, {
      name: 'orders_late',
      help: 'Orders that are PENDING for longer than ORDER_LATE_SECONDS; 0 unless that is set',
      table: 'orders',
      where: `status >= 'PENDING' AND status <= 'PENDING' AND ${isLate}`,
      since: 'created_at',
      orderBy: 'status, order_id',
    });
  }
}

/** The lowest id of a time, in SQL: an id begins with its milliseconds (UUID version 7). A bound of the index, unlike `created_at`. */
function idSecondsAgo(seconds: number): string {
  const ms = `(extract(epoch FROM now()) * 1000)::bigint - ${1_000 * Math.trunc(seconds)}`;
  return `rpad(lpad(to_hex(${ms}), 12, '0'), 32, '0')::uuid`;
}
