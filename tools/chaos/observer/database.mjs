import pg from 'pg';

/** Reads the services' databases, beside the services and not through the proxy. A query may fail while Postgres is away. */
export class Databases {
  /** @param {(service: string) => string} urlOf */
  constructor(urlOf) {
    const poolOf = (/** @type {string} */ service) => {
      const pool = new pg.Pool({ connectionString: urlOf(service), max: 3, connectionTimeoutMillis: 2_000 });
      pool.on('error', () => {}); // an idle connection of a server that has been killed
      return pool;
    };
    /** @type {Record<string, pg.Pool>} */
    this.pools = {
      'order-service': poolOf('order-service'),
      'inventory-service': poolOf('inventory-service'),
      'notification-service': poolOf('notification-service'),
    };
  }

  /**
   * @param {string} service
   * @param {string} sql
   * @param {unknown[]} [parameters]
   * @returns {Promise<any[]>}
   */
  async query(service, sql, parameters) {
    return (await this.pools[service].query(sql, parameters)).rows;
  }

  /** @returns {string[]} */
  get services() {
    return Object.keys(this.pools);
  }

  async close() {
    await Promise.all(Object.values(this.pools).map((pool) => pool.end()));
  }
}
