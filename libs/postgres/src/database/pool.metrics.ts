import type { Metrics } from '@orderflow/observability';
import type { Pool } from 'pg';

/** Measures the use of the pool at each scrape, without a query. */
export function measurePool(pool: Pool, metrics: Metrics): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name: `postgres_pool_${name}`, help }, read);
  gauge('max_connections', 'Maximum number of connections of the pool', () => pool.options.max);
  gauge('connections', 'Open connections, idle ones included', () => pool.totalCount);
  gauge('idle_connections', 'Connections that are not in use', () => pool.idleCount);
  gauge('waiting_requests', 'Transactions and statements that wait for a connection', () => pool.waitingCount);
}
