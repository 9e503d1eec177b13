import type { PlannedOrder } from './plan.ts';

/** What became of one order's requests */
export interface Placement {
  order: PlannedOrder;
  /** `unknown`: sent, not answered, so that it may exist or not */
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

/** What the run knows of its orders so far. */
export class OrderBook {
  placements: Placement[] = [];
  /** by order id */
  accepted: Map<string, Placement> = new Map();
  retried503 = 0;
  retriedConnections = 0;
  unknown = 0;
  refused = 0;

  add(placement: Placement) {
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
