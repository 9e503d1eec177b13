/** A customer with one order, which is placed with an Idempotency-Key: before an upgrade, and once more after it. */
export const KEYED_CUSTOMER = 'CUST-keyed';

const ORDER = { customerId: KEYED_CUSTOMER, items: [{ itemId: 'ITEM-004', quantity: 1 }], totalAmount: 7 };

/** @param url of the order service */
export function placeKeyedOrder(url: string): Promise<Response> {
  const headers = { 'content-type': 'application/json', 'idempotency-key': '"upgrade"' };
  return fetch(`${url}/orders`, { method: 'POST', headers, body: JSON.stringify(ORDER) });
}
