import { type ErasureStep, ROWS_PER_STEP, searchingPart } from '@orderflow/postgres';

/** There is no index of customers, which every order would pay for: an erasure reads the table by its primary key. */
const RESERVATIONS = (after: string) => `WITH page AS MATERIALIZED (
    SELECT order_id, customer_id FROM reservations WHERE order_id ${after === '' ? '>=' : '>'} $3 COLLATE "C"
    ORDER BY order_id LIMIT ${ROWS_PER_STEP}
  ), erased AS (
    UPDATE reservations SET customer_id = $2
    WHERE order_id = ANY (ARRAY(SELECT order_id FROM page WHERE customer_id = $1 ORDER BY order_id))
    RETURNING 1
  )
  SELECT (SELECT count(*)::integer FROM erased) AS rows, (SELECT count(*)::integer FROM page) AS size,
    (SELECT max(order_id) FROM page) AS last`;

const RESERVATIONS_STEP: ErasureStep = {
  table: 'reservations',
  async run(tx, { customerId, pseudonym }, after) {
    const [page] = await tx.query<{ rows: number; size: number; last: string | null }>(RESERVATIONS(after), [
      customerId,
      pseudonym,
      after,
    ]);
    const { rows, size, last } = page as NonNullable<typeof page>;
    return { rows, next: size < ROWS_PER_STEP ? null : last };
  },
};

/** What this service stores of customers: reservations keep their books, without the customer. */
export const PERSONAL_DATA = {
  members: { customerId: 'customerId', removed: ['reason'], emptied: [] },
  steps: [RESERVATIONS_STEP],
  parts: [
    searchingPart({
      ...{ kind: 'reservation', table: 'reservations', key: 'order_id', keyType: 'text' },
      data: `jsonb_build_object('orderId', order_id, 'customerId', customer_id, 'items', items, 'status', status, 'createdAt', created_at)`,
    }),
  ],
} as const;
