import { demandOf } from '../load/plan.ts';
import type { Books } from './contenders/contender.ts';
import type { Decision } from './driver/decisions.ts';
import type { OrderLog } from './driver/order-log.ts';

export interface Outcome {
  log: Pick<OrderLog, 'orders' | 'orderIds' | 'accepted' | 'unanswered'>;
  decisions: Map<string, Decision>;
  stock: Awaited<ReturnType<Books['readStock']>>;
  pending: number;
  /** of this run */
  notifications: number;
}

/**
 * Whether a contender has done what its figures are for: each accepted order is decided, once and everywhere, its customer is notified
 * twice, and the stock agrees.
 * @returns what is wrong
 */
export function checkRun({ log, decisions, stock, pending, notifications }: Outcome): string[] {
  const ids = log.orderIds.filter((id) => id !== undefined);
  const undecided = ids.filter((id) => !decisions.has(id)).length;
  const contradictory = [...decisions.values()].filter(({ contradiction }) => contradiction !== undefined).length;
  const facts: [count: number, what: string][] = [
    [log.unanswered, 'requests without a response'],
    [log.accepted - new Set(ids).size, 'accepted orders without an id of their own'],
    [undecided, 'accepted orders undecided'],
    [decisions.size - (ids.length - undecided), 'decisions of unknown orders'],
    [contradictory, 'orders decided both ways'],
    [pending, 'orders that the order service takes for undecided'],
    [Math.abs(2 * ids.length - notifications), `notifications too ${notifications < 2 * ids.length ? 'few' : 'many'}`],
    [countWrongStock({ log, decisions, stock }), 'items whose reservations are not the confirmed orders'],
    [stock.filter(({ onHand, reserved }) => reserved > onHand).length, 'items sold twice'],
  ];
  return facts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
}

function countWrongStock({ log, decisions, stock }: Pick<Outcome, 'log' | 'decisions' | 'stock'>) {
  const confirmed = log.orders.filter((_, number) => {
    const id = log.orderIds[number];
    return id !== undefined && decisions.get(id)?.type === 'INVENTORY_RESERVED';
  });
  const demand = demandOf(confirmed);
  const reserved = new Map(stock.map((item) => [item.itemId, item.reserved]));
  const itemIds = new Set([...demand.keys(), ...reserved.keys()]);
  return [...itemIds].filter((itemId) => (demand.get(itemId) ?? 0) !== (reserved.get(itemId) ?? 0)).length;
}
