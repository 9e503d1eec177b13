import { groupBy } from '../../load/evidence.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const violation = violationsOf('one-order-per-key');

/** A request creates one order, which every response names, however often and on whichever replica it is repeated. */
export function checkOneOrderPerKey({ book, orders }: Evidence) {
  const byNumber = groupBy(orders.values(), ({ totalAmount }) => totalAmount);
  const doubled = [...byNumber].filter(([, same]) => same.length > 1);
  const contradicted = book.orders.filter(({ otherIds }) => otherIds.length > 0);
  return [
    ...doubled.map(([number, same]) =>
      violation('one key, several orders', {
        orderId: same[0]?.orderId,
        story: `no. ${number}: ${same.map(({ orderId }) => orderId).join(', ')}`,
      }),
    ),
    ...contradicted.map(({ orderId, otherIds, requests }) =>
      violation('one key, several responses', {
        orderId,
        story: `also ${otherIds.join(', ')}: ${requests.join('; ')}`,
      }),
    ),
  ];
}
