/** The tables, by database. Rows of an outbox live for milliseconds, so they are vacuumed by their number. */
const OUTBOX = `
  CREATE TABLE outbox (event_id uuid PRIMARY KEY, key text NOT NULL, type text NOT NULL, value text NOT NULL)
    WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);`;

export const SCHEMA = {
  order_service: `${OUTBOX}
    CREATE TABLE orders (order_id uuid PRIMARY KEY, customer_id text NOT NULL, items jsonb NOT NULL,
      total_amount numeric NOT NULL, status text NOT NULL DEFAULT 'PENDING', created_at timestamptz NOT NULL DEFAULT now())
      WITH (fillfactor = 80);`,
  inventory_service: `${OUTBOX}
    CREATE TABLE items (item_id text PRIMARY KEY, on_hand integer NOT NULL, reserved integer NOT NULL DEFAULT 0)
      WITH (fillfactor = 50);
    CREATE TABLE inbox (event_id uuid PRIMARY KEY);`,
  notification_service: `
    CREATE TABLE notifications (notification_id uuid PRIMARY KEY, order_id uuid NOT NULL, type text NOT NULL, body text NOT NULL,
      status text NOT NULL DEFAULT 'SENT', created_at timestamptz NOT NULL DEFAULT now());`,
};
