import { type Database, Purge } from '@orderflow/postgres';

/** The least UUIDv7 of a time: the primary key finds old notifications, so that they need no index of their own. */
const UUID_DAYS_AGO = `(lpad(to_hex(floor(extract(epoch FROM now() - $1 * interval '1 day') * 1000)::bigint), 12, '0')
  || repeat('0', 20))::uuid`;

/** Deletes old notifications with their attempts. Never deletes one that is still to be sent. */
export class NotificationsPurge extends Purge {
  /** @param retentionDays undefined: nothing is deleted */
  constructor(database: Database, retentionDays: number | undefined) {
    const expired = {
      table: 'notifications',
      where: `notification_id < ${UUID_DAYS_AGO} AND status <> 'PENDING'
        AND NOT EXISTS (SELECT FROM deliveries WHERE deliveries.notification_id = notifications.notification_id)`,
      orderBy: 'notification_id',
      parameters: [retentionDays],
    };
    super(database, ...(retentionDays === undefined ? [] : [expired]));
  }
}
