import type { Evidence } from '../evidence.ts';
import { type BrokenRun, deleteUnread, first } from './parts-of-evidence.fixture.ts';

const offsetOfPoison = ({ poison }: Evidence) => first(poison).message.offset;

export const BROKEN_DEAD_LETTERS: BrokenRun[] = [
  ['a poison message is nowhere', 'dead-letters', 'poison swallowed', ({ parked }) => parked.pop()],
  [
    'a poison message is nowhere, and others were deleted unread',
    'dead-letters',
    'poison swallowed',
    (evidence) => {
      evidence.parked.pop();
      deleteUnread(evidence, { from: offsetOfPoison(evidence) - 1, to: offsetOfPoison(evidence) });
    },
  ],
  [
    'a poison message is parked twice',
    'dead-letters',
    'poison in several dead letters',
    ({ parked }) => parked.push(first(parked)),
  ],
  [
    'a poison message is still retried',
    'dead-letters',
    'poison still tried',
    ({ parked }) => (first(parked).status = 'RETRYING'),
  ],
  [
    'a dead letter has other bytes',
    'dead-letters',
    'dead letter altered',
    ({ parked }) => (first(parked).value = Buffer.from('{')),
  ],
  ['a dead letter is not published', 'dead-letters', 'dead letter not published', ({ copies }) => copies.pop()],
  [
    'a published dead letter has other bytes',
    'dead-letters',
    'copy of a dead letter altered',
    ({ copies }) => (first(copies).value = null),
  ],
  [
    'a good message is parked',
    'dead-letters',
    'parked though it is good',
    ({ parked }) => parked.push({ ...first(parked), place: 'order-events[0] 1' }),
  ],
];
