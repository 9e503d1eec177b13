import { now } from '../../load/clock.ts';
import type { PlannedOrder } from '../../load/plan.ts';
import type { Connection, Response } from './connection.ts';

const ORDER_ID = /"orderId":"([^"]+)"/;

/** When each order was sent and accepted, by its number from 0. Times are milliseconds since the epoch. */
export class OrderLog {
  orders: PlannedOrder[];
  sentAt: Float64Array;
  acceptedAt: Float64Array;
  /** of accepted orders */
  orderIds: (string | undefined)[];
  /** responses that are not a 201, by status */
  refused = new Map<number, number>();
  /** requests without a response */
  unanswered = 0;
  accepted = 0;

  constructor(orders: PlannedOrder[]) {
    this.orders = orders;
    this.sentAt = new Float64Array(orders.length);
    this.acceptedAt = new Float64Array(orders.length);
    this.orderIds = Array.from({ length: orders.length });
  }

  /**
   * Posts an order and notes the outcome.
   * @param sentAt when its time begins
   */
  async post(connection: Connection, number: number, { request, sentAt }: { request: string; sentAt: number }) {
    this.sentAt[number] = sentAt;
    const response = await connection.send(request).catch(() => undefined);
    this.acceptedAt[number] = now();
    if (response) this.note(number, response);
    else this.unanswered += 1;
  }

  note(number: number, { status, body }: Response) {
    this.orderIds[number] = status === 201 ? ORDER_ID.exec(body)?.[1] : undefined;
    if (status === 201) this.accepted += 1;
    else this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
  }
}
