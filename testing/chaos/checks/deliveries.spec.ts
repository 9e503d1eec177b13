import { expect, it } from '@jest/globals';
import { receiveAgain } from './broken-deliveries.fixture.ts';
import { checkDeliveries } from './deliveries.ts';
import { goodRun } from './good-run.fixture.ts';
import { first, struck } from './parts-of-evidence.fixture.ts';

/** A run in which the first message arrived again after a minute, while a fault lasted from 10 to 20 s. */
function runWith(fault: string) {
  const run = goodRun();
  const { at } = first(run.receipts);
  receiveAgain(run, 60_000);
  run.faults = [{ ...struck(fault, {}), from: at + 10_000, to: at + 20_000 }];
  return run;
}

it('A message may arrive twice if a fault struck between the two', () => {
  expect(checkDeliveries(runWith('kill-notification-service'))).toEqual([]);
});

it('A database that is restored does not know what it sent after its copy', () => {
  const run = runWith('restore-database');
  const { at } = first(run.receipts);
  run.receipts.push({ notificationId: 'x', at: at + 15_000, isTaken: true });
  expect(checkDeliveries(run)).toEqual([]);
  run.receipts.push({ notificationId: 'y', at: at + 60_000, isTaken: true });
  expect(checkDeliveries(run).map(({ what }) => what)).toEqual(['a message that is no notification']);
});

it.each(['webhooks-fail', 'mail-fails', 'calm'])('%s is no reason for a message to arrive twice', (fault) => {
  expect(checkDeliveries(runWith(fault)).map(({ what }) => what)).toEqual([
    'notification received twice without a reason',
  ]);
});
