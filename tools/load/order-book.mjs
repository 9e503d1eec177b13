/**
 * @typedef {object} Placement What became of one order's requests
 * @property {import('./plan.mjs').PlannedOrder} order
 * @property {'accepted' | 'refused' | 'unknown'} outcome `unknown`: sent, not answered, so that it may exist or not
 * @property {string} [orderId] where accepted
 * @property {boolean} mayExist whether a request may have been kept without a 201
 * @property {string[]} attempts a status or an error for each request, the last one decides
 * @property {number} startedAt when the first request was sent, ms since the epoch
 * @property {number} endedAt when the last answer came
 */

/** What the run knows of its orders so far. */
export class OrderBook {
  constructor() {
    /** @type {Placement[]} */
    this.placements = [];
    /** @type {Map<string, Placement>} by order id */
    this.accepted = new Map();
    this.retried503 = 0;
    this.retriedConnections = 0;
    this.unknown = 0;
    this.refused = 0;
  }

  /** @param {Placement} placement */
  add(placement) {
    this.placements.push(placement);
    if (placement.outcome === 'accepted') this.accepted.set(String(placement.orderId), placement);
    else this[placement.outcome] += 1;
  }
  counts() {
    return {
      answered: this.placements.length,
      accepted: this.accepted.size,
      retried503: this.retried503,
      retriedConnections: this.retriedConnections,
      unknown: this.unknown,
      refused: this.refused,
    };
  }
}
