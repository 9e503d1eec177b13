import { present } from '../../load/present.ts';
import type { Evidence } from '../evidence.ts';
import { type BrokenRun, first } from './parts-of-evidence.fixture.ts';

export const receipt = ({ receipts }: Evidence, notificationId: string) =>
  present(
    receipts.find((one) => one.notificationId === notificationId),
    notificationId,
  );
export const receiveAgain = ({ receipts }: Evidence, afterMs: number) =>
  receipts.push({ ...first(receipts), at: first(receipts).at + afterMs });

export const BROKEN_DELIVERIES: BrokenRun[] = [
  ['a message never arrived', 'deliveries', 'notification never received', ({ receipts }) => receipts.shift()],
  [
    'a message arrived, and its receiver did not say so',
    'deliveries',
    'notification never received',
    ({ receipts }) => (first(receipts).isTaken = false),
  ],
  [
    'a message arrived twice though nothing failed',
    'deliveries',
    'notification received twice without a reason',
    (e) => receiveAgain(e, 5_000),
  ],
  [
    'a message overtook another one of its order',
    'deliveries',
    'notifications out of order',
    (e) => (receipt(e, 'cancelled ORDER_CREATED email').at += 10_000),
  ],
  [
    'a message was never written',
    'deliveries',
    'a message that is no notification',
    ({ receipts }) => receipts.push({ notificationId: 'x', at: 0, isTaken: true }),
  ],
  ['a signature is wrong', 'deliveries', 'a webhook without a valid signature', ({ forged }) => forged.push('x')],
];
