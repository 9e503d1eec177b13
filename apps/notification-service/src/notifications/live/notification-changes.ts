import { Injectable } from '@nestjs/common';
import { ChangeFeed, Database, expiredChanges, Listener, Purge } from '@orderflow/postgres';
import type { Notification } from '../notification.js';

/** A notification was created, or its status changed; as JSON. */
export type NotificationChange = Pick<
  Notification,
  'notificationId' | 'customerId' | 'orderId' | 'type' | 'channel' | 'status'
> & { readonly at: string };

/** The tables of the feed. */
export const NOTIFICATION_CHANGES = 'notification_changes';

/** For `recordingChanges`, of a row of `notifications`. */
export const AS_NOTIFICATION_CHANGE = `jsonb_build_object('notificationId', notification_id, 'customerId', customer_id, 'orderId', order_id,
  'type', type, 'channel', channel, 'status', status, 'at', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;

@Injectable()
export class NotificationChanges extends ChangeFeed<NotificationChange> {
  constructor(database: Database, listener: Listener) {
    super(database, listener, NOTIFICATION_CHANGES);
  }
}

@Injectable()
export class NotificationChangesPurge extends Purge {
  constructor(database: Database) {
    super(database, expiredChanges(NOTIFICATION_CHANGES));
  }
}
