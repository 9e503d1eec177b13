import { type ErasureStep, type PersonalMembers, type SearchedTable, searchingStep } from '@orderflow/postgres';

/** Messages of events that happened before the erasure; a message without a valid `ce_time` counts by Kafka's time. */
const FROM_BEFORE = `coalesce(
  CASE WHEN pg_input_is_valid(headers ->> 'ce_time', 'timestamptz') THEN (headers ->> 'ce_time')::timestamptz END,
  to_timestamp(timestamp_ms / 1000.0)) < $3`;

const TABLES: readonly SearchedTable[] = [
  { table: 'outbox', key: 'position', keyType: 'bigint', columns: { value: 'json-bytes' } },
  {
    table: 'parked_messages',
    key: 'position',
    keyType: 'bigint',
    columns: { value: 'json-bytes', error_message: 'text', error_stack: 'text' },
    where: FROM_BEFORE,
    repeats: true,
  },
  { table: 'parked_attempts', key: 'position', keyType: 'bigint', columns: { error_message: 'text' }, repeats: true },
  { table: 'dead_letter_audit', key: 'id', keyType: 'uuid', columns: { reason: 'text', details: 'json' } },
];

/**
 * Erases a customer in the tables of this lib. Unpublished events and parked messages name the pseudonym then, and can be
 * published and replayed as before.
 */
export function messagingErasureSteps(members: PersonalMembers): readonly ErasureStep[] {
  return TABLES.map((table) => searchingStep(table, members));
}
