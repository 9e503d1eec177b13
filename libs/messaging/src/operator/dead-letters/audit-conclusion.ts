import type { Failure } from '../../parking/failure-policy.js';
import type { AuditEntry } from '../audit/audit.repository.js';
import type { Refusal } from './lock-parked.js';
import { refusalText } from './refusal-text.js';

/** The outcome of an operator's attempt at a dead letter. */
export type AttemptOutcome =
  { readonly kind: 'replayed' | 'works' } | { readonly kind: 'failed' | 'fails'; readonly failure: Failure } | Refusal;

/** The same, for the audit. */
export function conclusionOf(outcome: AttemptOutcome): Pick<AuditEntry, 'outcome' | 'reason'> {
  switch (outcome.kind) {
    case 'replayed':
    case 'works':
      return { outcome: 'DONE', reason: null };
    case 'failed':
    case 'fails':
      return { outcome: 'FAILED', reason: `${outcome.failure.code}: ${outcome.failure.message}` };
    default:
      return { outcome: 'REFUSED', reason: refusalText(outcome) };
  }
}
