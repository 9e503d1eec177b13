import { Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';
import { CHANNELS } from '../notifications/notification.js';

/**
 * Lanes that a replica should have begun to serve: milliseconds, as long as one sends. Those whose receiver could not be
 * reached do not count, so neither a dead mail server nor a dead webhook shows here.
 */
@Injectable()
export class DueLanesMetrics extends Backlog {
  constructor(database: Database, metrics: Metrics) {
    super(database, metrics, {
      name: 'delivery_lanes_due',
      help: 'Lanes with deliveries to send now that nobody sends, and whose receiver could be reached the last time',
      table: 'delivery_lanes',
      where: 'failures = 0 AND due_at <= now()',
      since: 'due_at',
      orderBy: 'channel, due_at',
      by: { column: 'channel', values: CHANNELS },
    });
  }
}
