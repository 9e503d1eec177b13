import { present } from '../../load/present.ts';
import pg from 'pg';

/** Reads the services' databases directly, not through the proxy. A query may fail while Postgres is unavailable. */
export class Databases {
  pools: Record<string, pg.Pool>;

  constructor(urlOf: (service: string) => string) {
    const poolOf = (service: string) => {
      const pool = new pg.Pool({ connectionString: urlOf(service), max: 3, connectionTimeoutMillis: 2_000 });
      pool.on('error', () => {}); // an idle connection of a server that has been killed
      return pool;
    };
    this.pools = {
      'order-service': poolOf('order-service'),
      'inventory-service': poolOf('inventory-service'),
      'notification-service': poolOf('notification-service'),
    };
  }

  /** @typeParam Row the rows of the statement; not checked */
  async query<Row extends object = Record<string, unknown>>(
    service: string,
    sql: string,
    parameters?: unknown[],
  ): Promise<Row[]> {
    return (await present(this.pools[service], service).query<Row>(sql, parameters)).rows;
  }

  get services(): string[] {
    return Object.keys(this.pools);
  }

  async close() {
    await Promise.all(Object.values(this.pools).map((pool) => pool.end()));
  }
}
