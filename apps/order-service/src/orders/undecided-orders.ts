import { Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';

/** Orders wait for inventory: a moment, if all is well. */
@Injectable()
export class UndecidedOrders extends Backlog {
  constructor(database: Database, metrics: Metrics) {
    super(database, metrics, {
      name: 'orders_undecided',
      help: 'Orders that are PENDING',
      table: 'orders',
      where: "status = 'PENDING'",
      since: 'created_at',
      orderBy: 'order_id',
    });
  }
}
