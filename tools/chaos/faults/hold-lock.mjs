import pg from 'pg';

/**
 * A session beside the services that keeps what it has locked until it is ended.
 * @param {string} connectionString
 * @param {string} sql takes the lock
 * @param {unknown[]} [parameters]
 * @returns {Promise<() => Promise<void>>} ends it
 */
export async function holdLock(connectionString, sql, parameters = []) {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {}); // Postgres may be killed meanwhile
  await client.connect();
  await client.query('BEGIN');
  await client.query(sql, parameters);
  return () => client.end();
}
