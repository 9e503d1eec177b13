import { Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';

/** How many erasures run, and for how long: seconds, or as long as the rows of a customer take. */
@Injectable()
export class RunningErasuresMetrics extends Backlog {
  constructor(database: Database, metrics: Metrics) {
    super(database, metrics, {
      name: 'erasures_running',
      help: 'Erasures of customers that are not finished',
      table: 'erasures',
      where: 'finished_at IS NULL',
      since: 'requested_at',
      orderBy: 'requested_at',
    });
  }
}
