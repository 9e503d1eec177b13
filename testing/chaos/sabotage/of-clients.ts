import { patch, type Sabotage } from './sabotage.ts';

const PLACE_ORDER = 'apps/order-service/dist/orders/place-order.js';
const ORDERS = 'apps/order-service/dist/orders/orders.repository.js';

/** mistakes in what clients are told */
export const ofClients: Sabotage[] = [
  {
    name: 'response-before-commit',
    about: 'one order in a hundred gets its 201 before it is stored, and is then dropped',
    named: 'accepted',
    faults: [],
    patches: [
      patch(
        PLACE_ORDER,
        'const [outcome] = await this.intake.submit([placement]);',
        `if (Math.random() < 0.01) return { kind: 'placed', order: placement.order };
         const [outcome] = await this.intake.submit([placement]);`,
      ),
    ],
  },
  {
    name: 'idempotency-key-ignored',
    about: 'a repeated request creates a new order',
    named: 'one-order-per-key',
    faults: [],
    patches: [patch(PLACE_ORDER, 'if (idempotencyKey === undefined)', 'if (idempotencyKey !== null)')],
  },
  {
    name: 'outcome-forgotten',
    about: 'what a request with a key has done is not kept, so that its repetition does it again',
    named: 'fulfilled',
    faults: [],
    patches: [
      patch('libs/idempotency/dist/idempotent-requests.js', 'if (outcome.kind === kept)', 'if (outcome.kind === null)'),
    ],
  },
  {
    name: 'decided-twice',
    about: 'each status change is written twice',
    named: 'decided',
    faults: [],
    patches: [patch(ORDERS, 'history || change.entry', 'history || change.entry || change.entry')],
  },
];
