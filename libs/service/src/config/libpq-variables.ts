import { InvalidConfiguration } from './load-config.js';

/**
 * Removes what psql and its like are told by (`PG…`). `pg` reads it too, and would connect in another way than the
 * configuration says: as another user, with other settings of the session, by TLS that verifies nothing.
 * @throws {InvalidConfiguration} for PGSSLMODE, so that nobody who relies on it is left without TLS
 */
export function removeLibpqVariables(environment: NodeJS.ProcessEnv): void {
  if (environment['PGSSLMODE'])
    throw new InvalidConfiguration(
      'Invalid configuration: PGSSLMODE is not supported: unset it, and set DATABASE_SSL_CA, or sslmode=verify-full in DATABASE_URL',
    );
  for (const name of Object.keys(environment)) if (/^PG[A-Z]/.test(name)) Reflect.deleteProperty(environment, name);
}
