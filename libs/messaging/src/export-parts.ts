import { type ExportPart, searchingPart } from '@orderflow/postgres';

const NAMES_CUSTOMER = "position(convert_to(to_json($1::text)::text, 'UTF8') IN value) > 0";

/** The messages in the tables of this lib whose value names a customer; values are in base64, byte for byte. */
export const MESSAGING_EXPORT_PARTS: readonly ExportPart[] = [
  searchingPart({
    ...{ kind: 'unpublished-event', table: 'outbox', key: 'position', keyType: 'bigint', where: NAMES_CUSTOMER },
    data: "jsonb_build_object('topic', topic, 'headers', headers, 'addedAt', added_at, 'value', encode(value, 'base64'))",
  }),
  searchingPart({
    ...{ kind: 'parked-message', table: 'parked_messages', key: 'position', keyType: 'bigint', where: NAMES_CUSTOMER },
    data: `jsonb_build_object('topic', topic, 'eventType', event_type, 'status', status, 'parkedAt', parked_at,
      'errorMessage', error_message, 'value', encode(value, 'base64'))`,
  }),
];
