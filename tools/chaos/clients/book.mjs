/**
 * @typedef {object} BookedOrder What its client knows of an order
 * @property {import('./plan-order.mjs').PlannedOrder} plan
 * @property {number} startedAt when the first request was sent, ms since the epoch
 * @property {number} [acceptedAt] when the 201 came
 * @property {string} [orderId] that the first 201 named
 * @property {string[]} otherIds that further 201s named: there must be none
 * @property {string[]} requests what was asked and how it was answered, in turn
 * @property {boolean} mayExist whether a request may have been kept
 * @property {Set<'cancel' | 'fulfil'>} asked what was asked of it at all
 * @property {Set<'cancel' | 'fulfil'>} granted what was answered with 200
 */

/** What the clients of a run know. */
export class Book {
  constructor() {
    /** @type {BookedOrder[]} */
    this.orders = [];
    /** @type {Map<string, number>} what was created of which item */
    this.items = new Map();
    /** Answers that no client can make sense of. */
    /** @type {{ orderId?: string, story: string }[]} */
    this.absurd = [];
    this.counts = { accepted: 0, cancelled: 0, fulfilled: 0, refused: 0, unanswered: 0 };
  }

  /**
   * @param {import('./plan-order.mjs').PlannedOrder} plan
   * @returns {BookedOrder}
   */
  open(plan) {
    const startedAt = Date.now();
    const order = {
      plan,
      startedAt,
      otherIds: [],
      requests: [],
      mayExist: false,
      asked: new Set(),
      granted: new Set(),
    };
    this.orders.push(order);
    return order;
  }

  /**
   * @param {BookedOrder} order
   * @param {string} orderId
   */
  accept(order, orderId) {
    if (order.orderId === undefined) {
      order.orderId = orderId;
      order.acceptedAt = Date.now();
      this.counts.accepted += 1;
    } else if (order.orderId !== orderId) order.otherIds.push(orderId);
  }
}
