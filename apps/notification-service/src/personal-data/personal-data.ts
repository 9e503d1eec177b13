import { indexedPart, indexedStep, ROWS_PER_STEP } from '@orderflow/postgres';

const ERASED = 'The customer was erased';

const CONTACTS = indexedStep(
  'contacts',
  'DELETE FROM contacts WHERE customer_id = $1 AND $2::text IS NOT NULL RETURNING 1',
);

/** Whoever records attempts locks their lane, and adds nothing once it is gone. */
const LANES = indexedStep(
  'delivery_lanes',
  `DELETE FROM delivery_lanes WHERE ctid = ANY (ARRAY(
     SELECT ctid FROM delivery_lanes WHERE channel IN ('log', 'email', 'webhook') AND customer_id = $1 AND $2::text IS NOT NULL
     ORDER BY channel, customer_id FOR UPDATE))
   RETURNING 1`,
);

const NOTIFICATIONS = indexedStep(
  'notifications',
  `WITH found AS MATERIALIZED (
     SELECT notification_id FROM notifications WHERE customer_id = $1
     ORDER BY customer_id, notification_id LIMIT ${ROWS_PER_STEP} FOR NO KEY UPDATE
   ), unsent AS (
     DELETE FROM deliveries WHERE notification_id = ANY (ARRAY(SELECT notification_id FROM found))
   ), attempted AS (
     UPDATE delivery_attempts SET error = '${ERASED}'
     WHERE notification_id = ANY (ARRAY(SELECT notification_id FROM found)) AND error IS NOT NULL
   )
   UPDATE notifications SET customer_id = $2, subject = '', body = '', content = NULL, next_attempt_at = NULL,
     last_error = CASE WHEN status = 'PENDING' OR last_error IS NOT NULL THEN '${ERASED}' END,
     status = CASE status WHEN 'PENDING' THEN 'FAILED' ELSE status END
   WHERE notification_id = ANY (ARRAY(SELECT notification_id FROM found))
   RETURNING 1`,
);

/**
 * What this service stores of customers: contacts, and what is to be sent, are deleted; notifications keep their books, without
 * the customer and the texts. The lanes come twice: between, somebody may have sent a notification again.
 */
export const PERSONAL_DATA = {
  members: { customerId: 'customerId', removed: ['reason'], emptied: ['subject', 'body', 'lastError'] },
  steps: [CONTACTS, LANES, NOTIFICATIONS, LANES],
  parts: [
    indexedPart({
      ...{ kind: 'contact', table: 'contacts', key: 'customer_id', keyType: 'text' },
      data: `jsonb_build_object('customerId', customer_id, 'email', email, 'webhookUrl', webhook_url,
        'webhookDisabledAt', webhook_disabled_at, 'webhookDisabledReason', webhook_disabled_reason, 'events', events, 'language', language,
        'createdAt', created_at, 'updatedAt', updated_at)`,
    }),
    indexedPart({
      ...{ kind: 'notification', table: 'notifications', key: 'notification_id', keyType: 'uuid' },
      data: `jsonb_build_object('notificationId', notification_id, 'customerId', customer_id, 'orderId', order_id, 'type', type, 'channel', channel,
        'subject', subject, 'body', body, 'content', content, 'status', status, 'createdAt', created_at, 'sentAt', sent_at, 'lastError', last_error,
        'attempts', (SELECT coalesce(jsonb_agg(jsonb_build_object('attemptedAt', attempted_at, 'status', attempt.status, 'error', error)
                                     ORDER BY attempted_at), '[]')
                     FROM delivery_attempts attempt WHERE attempt.notification_id = notifications.notification_id))`,
    }),
  ],
} as const;
