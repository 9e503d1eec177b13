import { checkAccepted } from './accepted.ts';
import { checkAdmitted } from './admitted.ts';
import { checkAgreement } from './agreement.ts';
import { checkAvailable } from './available.ts';
import { checkDeadLetters } from './dead-letters.ts';
import { checkDecided } from './decided.ts';
import { checkDecidedMeanwhile } from './decided-meanwhile.ts';
import { checkDeliveries } from './deliveries.ts';
import { checkEffectsOnce } from './effects-once.ts';
import { checkEventOrder } from './event-order.ts';
import { checkFulfilled } from './fulfilled.ts';
import { checkLedger } from './ledger.ts';
import { checkNotifications } from './notifications.ts';
import { checkOneOrderPerKey } from './one-order-per-key.ts';
import { checkOutsider } from './outsider.ts';
import { checkProcesses } from './processes.ts';
import { checkPublishedOnce } from './published-once.ts';
import { checkQuiet } from './quiet.ts';
import { checkRecordsLost } from './records-lost.ts';
import { checkSlowClients } from './slow-clients.ts';
import { checkTimestamps } from './timestamps.ts';
import type { Evidence } from '../evidence.ts';
import type { Violation } from './violation.ts';

/** Checks every guarantee against the evidence. */
export function checkAll(evidence: Evidence): Violation[] {
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
    ...checkDeliveries(evidence),
    ...checkEventOrder(evidence),
    ...checkEffectsOnce(evidence),
    ...checkPublishedOnce(evidence),
    ...checkDeadLetters(evidence),
    ...checkQuiet(evidence),
    ...checkRecordsLost(evidence),
    ...checkTimestamps(evidence),
    ...checkSlowClients(evidence),
    ...checkAdmitted(evidence),
    ...checkOutsider(evidence),
    ...checkProcesses(evidence),
  ];
}
