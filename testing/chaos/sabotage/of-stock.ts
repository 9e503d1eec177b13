import { patch, type Sabotage } from './sabotage.ts';

const DECIDE = 'apps/inventory-service/dist/reservations/domain/decide-reservations.js';

/** mistakes in what is held and sold */
export const ofStock: Sabotage[] = [
  {
    name: 'reservation-without-lock',
    about: 'stock is read without a lock before it is written, and the database does not check it',
    named: 'available',
    faults: [],
    patches: [
      patch(
        'apps/inventory-service/dist/reservations/reservations.repository.js',
        'return lockRows(tx, LOCKED_STOCK, { ids: itemIds, lockedOut });',
        'return tx.query(LOCKED_STOCK.select, [itemIds]).then((rows) => new Promise((resolve) => setTimeout(resolve, 300, rows)));',
      ),
      patch(
        'apps/inventory-service/migrations/0001_stock_and_reservations.sql',
        'CHECK (reserved <= on_hand)',
        'CHECK (true)',
      ),
    ],
  },
  {
    name: 'deduction-missing',
    about: 'fulfilled items are in the ledger but do not leave the stock',
    named: 'ledger',
    faults: [],
    patches: [patch(DECIDE, 'stock.deduct(shipment);\n    stock.release(cancelled);', 'stock.release(cancelled);')],
  },
  {
    name: 'deducted-twice',
    about: 'fulfilled items leave ledger and stock twice',
    named: 'fulfilled',
    faults: [],
    patches: [
      patch(DECIDE, 'delta: -quantity,', 'delta: -2 * quantity,'),
      patch(
        'apps/inventory-service/dist/reservations/domain/working-stock.js',
        'this.move({ itemId, onHand: -quantity, reserved: -quantity });',
        'this.move({ itemId, onHand: -2 * quantity, reserved: -quantity });',
      ),
    ],
  },
  {
    name: 'release-unpublished',
    about: 'the items of a cancelled order are released, but no event is published',
    named: 'agreement',
    faults: [],
    patches: [patch(DECIDE, "shortages: [] }, reply: { kind: 'released', order } };", 'shortages: [] } };')],
  },
  {
    name: 'part-kept',
    about: 'a part that was shipped leaves the stock, and its reservation still holds it',
    named: 'ledger',
    faults: [],
    patches: [patch(DECIDE, 'parts: part, remaining }', 'parts: part, remaining: heldBy(before) }')],
  },
];
