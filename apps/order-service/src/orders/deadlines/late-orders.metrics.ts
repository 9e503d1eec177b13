import { Inject, Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';
import { DEADLINES, type Deadlines } from './deadlines.js';

/** How many orders inventory has not decided in time. */
@Injectable()
export class LateOrdersMetrics extends Backlog {
  constructor(database: Database, metrics: Metrics, @Inject(DEADLINES) { lateSeconds }: Deadlines) {
    const isLate = lateSeconds === undefined ? 'false' : `created_at < now() - interval '${Math.trunc(lateSeconds)} s'`;
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
