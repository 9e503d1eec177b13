import { type ErasureStep, type PersonalMembers, searchingStep } from '@orderflow/postgres';

/** Erases a customer in the outcomes that are kept: a repetition gets them with the pseudonym. */
export function idempotencyErasureSteps(members: PersonalMembers): readonly ErasureStep[] {
  return [
    searchingStep({ table: 'idempotent_requests', key: 'key', keyType: 'text', columns: { outcome: 'json' } }, members),
  ];
}
