import { Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';

/** How many orders wait for inventory's decision, and for how long: milliseconds while inventory keeps up. */
@Injectable()
export class UndecidedOrdersMetrics extends Backlog {
  constructor(database: Database, metrics: Metrics) {
    super(database, metrics, {
      name: 'orders_undecided',
      help: 'Orders that are PENDING',
      table: 'orders',
      where: "status >= 'PENDING' AND status <= 'PENDING'",
      since: 'created_at',
      orderBy: 'status, order_id',
    });
  }
}
