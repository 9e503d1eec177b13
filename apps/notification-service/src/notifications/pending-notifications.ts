import { Injectable } from '@nestjs/common';
import { Metrics } from '@orderflow/observability';
import { Backlog, Database } from '@orderflow/postgres';

/** Notifications wait to be sent: a moment, if all is well. */
@Injectable()
export class PendingNotifications extends Backlog {
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
