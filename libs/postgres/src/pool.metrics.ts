import type { Metrics } from '@orderflow/observability';
import type { Pool } from 'pg';

/** Shows at each scrape how much of the pool is in use, and who waits for it; the server is not asked. */
export function measurePool(pool: Pool, metrics: Metrics): void {
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name: `postgres_pool_${name}`, help }, read);
  gauge('max_connections', 'Connections that the pool may have', () => pool.options.max);
  gauge('connections', 'Connections that it has, idle ones included', () => pool.totalCount);
  gauge('idle_connections', 'Connections that nobody uses at the moment', () => pool.idleCount);
  gauge('waiting_requests', 'Transactions and statements that wait for a connection', () => pool.waitingCount);
}
