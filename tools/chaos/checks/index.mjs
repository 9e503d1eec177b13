import { checkAccepted } from './accepted.mjs';
import { checkAgreement } from './agreement.mjs';
import { checkAvailable } from './available.mjs';
import { checkDeadLetters } from './dead-letters.mjs';
import { checkDecided } from './decided.mjs';
import { checkDecidedMeanwhile } from './decided-meanwhile.mjs';
import { checkEffectsOnce } from './effects-once.mjs';
import { checkEventOrder } from './event-order.mjs';
import { checkFulfilled } from './fulfilled.mjs';
import { checkLedger } from './ledger.mjs';
import { checkNotifications } from './notifications.mjs';
import { checkOneOrderPerKey } from './one-order-per-key.mjs';
import { checkProcesses } from './processes.mjs';
import { checkPublishedOnce } from './published-once.mjs';
import { checkQuiet } from './quiet.mjs';
import { checkRecordsLost } from './records-lost.mjs';
import { checkSlowClients } from './slow-clients.mjs';
import { checkTimestamps } from './timestamps.mjs';

/**
 * Every promise, held against the evidence.
 * @param {import('../observer/evidence.mjs').Evidence} evidence
 * @returns {import('./violation.mjs').Violation[]}
 */
export function checkAll(evidence) {
  return [
    ...checkAccepted(evidence),
    ...checkOneOrderPerKey(evidence),
    ...checkDecided(evidence),
    ...checkDecidedMeanwhile(evidence),
    ...checkAgreement(evidence),
    ...checkAvailable(evidence.stock),
    ...checkLedger(evidence.stock),
    ...checkFulfilled(evidence),
    ...checkNotifications(evidence),
    ...checkEventOrder(evidence),
    ...checkEffectsOnce(evidence),
    ...checkPublishedOnce(evidence),
    ...checkDeadLetters(evidence),
    ...checkQuiet(evidence),
    ...checkRecordsLost(evidence),
    ...checkTimestamps(evidence),
    ...checkSlowClients(evidence),
    ...checkProcesses(evidence),
  ];
}
