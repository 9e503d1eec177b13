import type { Databases } from './database.ts';

/** From now on no order expires, so that what is counted does not change meanwhile. */
export async function endExpiry(databases: Databases) {
  await databases.query(
    'order-service',
    "UPDATE orders SET status_since = now() + interval '1 day' WHERE status IN ('CONFIRMED', 'PARTIALLY_FULFILLED')",
  );
}
