import type { PlannedOrder } from './plan.ts';

/** The outcome of one order's requests. */
export interface Placement {
  order: PlannedOrder;
  /** `unknown`: sent without a response, so that the order may or may not exist. */
  outcome: 'accepted' | 'refused' | 'unknown';
  /** where accepted */
  orderId?: string;
  /** whether a request may have been kept without a 201 */
  mayExist: boolean;
  /** a status or an error for each request, the last one decides */
  attempts: string[];
  /** when the first request was sent, ms since the epoch */
  startedAt: number;
  /** when the last answer came */
  endedAt: number;
}

/** The outcomes of the run's orders so far. */
export class OrderBook {
  placements: Placement[] = [];
  /** by order id */
  accepted: Map<string, Placement> = new Map();
  retried503 = 0;
  retriedConnections = 0;
  unknown = 0;
  refused = 0;
  /** of those refused: by a 401 or 403 */
  denied = 0;

  add(placement: Placement) {
    this.placements.push(placement);
    if (placement.outcome === 'accepted') this.accepted.set(String(placement.orderId), placement);
    else this[placement.outcome] += 1;
    if (/^40[13]$/.test(placement.attempts.at(-1) ?? '')) this.denied += 1;
  }

  counts() {
    return {
      answered: this.placements.length,
      accepted: this.accepted.size,
      retried503: this.retried503,
      retriedConnections: this.retriedConnections,
      unknown: this.unknown,
      refused: this.refused,
      denied: this.denied,
    };
  }
}
