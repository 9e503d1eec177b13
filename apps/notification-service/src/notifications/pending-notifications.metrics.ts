import { Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';

/** How many notifications wait to be sent, and for how long: milliseconds while sending works. */
@Injectable()
export class PendingNotificationsMetrics extends Backlog {
  constructor(database: Database, metrics: Metrics) {
    super(database, metrics, {
      name: 'notifications_pending',
      help: 'Notifications that are PENDING',
      table: 'notifications',
      where: "status = 'PENDING'",
      since: 'created_at',
      orderBy: 'notification_id',
    });
  }
}
