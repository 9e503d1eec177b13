import { type ErasureStep, indexedPart, indexedStep, ROWS_PER_STEP } from '@orderflow/postgres';

/** Keeps the reasons that the service gives itself. */
const WITHOUT_REASONS = `(
  SELECT jsonb_agg(CASE WHEN change ->> 'status' IN ('CANCELLED', 'FULFILLED') AND change ->> 'reason' <> 'EXPIRED'
                        THEN change - 'reason' ELSE change END ORDER BY n)
  FROM jsonb_array_elements(history) WITH ORDINALITY AS changes (change, n))`;

const ORDERS: ErasureStep = indexedStep(
  'orders',
  `UPDATE orders SET customer_id = $2, history = ${WITHOUT_REASONS} WHERE order_id = ANY (ARRAY(
     SELECT order_id FROM orders WHERE customer_id = $1 ORDER BY customer_id, order_id LIMIT ${ROWS_PER_STEP} FOR NO KEY UPDATE))
   RETURNING 1`,
);

/** What this service stores of customers: orders keep their books, without the customer and the reasons of cancellations. */
export const PERSONAL_DATA = {
  members: { customerId: 'customerId', removed: ['reason'], emptied: [] },
  steps: [ORDERS],
  parts: [
    indexedPart({
      ...{ kind: 'order', table: 'orders', key: 'order_id', keyType: 'uuid' },
      data: `jsonb_build_object('orderId', order_id, 'customerId', customer_id, 'items', items, 'totalAmount', total_amount,
        'currency', currency, 'status', status, 'history', history, 'createdAt', created_at)`,
    }),
  ],
} as const;
