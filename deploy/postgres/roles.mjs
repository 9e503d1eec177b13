/**
 * What each service may do in Postgres, and nothing more: read and write the rows of its own database. Another role owns the
 * database and its tables, and runs the migrations.
 *
 *   node deploy/postgres/roles.mjs FOLDER    makes the roles, each with the password in FOLDER/<role>.password;
 *                                            DATABASE_URL_FILE and DATABASE_SSL_CA_FILE say where and as which superuser
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { topology } from '../topology.mjs';

export const SUPERUSER = 'orderflow';

/** Of each service: its database, which has to be there, the role that it works as, and the one that migrates. */
export const databases = topology.services.map(({ name: service }) => {
  const database = service.replaceAll('-', '_');
  return { service, database, role: database, migrator: database.replace(/_service$/, '_migrator') };
});

export const roles = databases.flatMap(({ role, migrator }) => [role, migrator]);

/** Otherwise every role could write into its database through large objects, which belong to who makes them. */
const NO_LARGE_OBJECTS = `DO $$ DECLARE one regprocedure; BEGIN
  FOR one IN SELECT oid FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ '^lo(_|read$|write$)' LOOP
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
  END LOOP;
END $$`;

/**
 * Makes what is missing, and sets privileges and passwords anew.
 * @param {object} options
 * @param {(database: string) => string} options.url of a superuser
 * @param {string} options.ca in PEM
 * @param {typeof databases} [options.of]
 * @param {(role: string) => string} options.password
 */
export async function ensureRoles({ url, ca, of = databases, password }) {
  await asSuperuser(url('postgres'), ca, async (run, client) => {
    await run("SET log_min_error_statement = 'panic'"); // no password in the server's log
    await run('REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC');
    for (const { database, role, migrator } of of) {
      for (const name of [role, migrator]) {
        if (!(await run('SELECT FROM pg_roles WHERE rolname = $1', [name]))) await run(`CREATE ROLE ${name}`);
        const may = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
        await run(`ALTER ROLE ${name} WITH ${may} PASSWORD ${client.escapeLiteral(password(name))}`);
      }
      await run(`ALTER DATABASE ${database} OWNER TO ${migrator}`);
      await run(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
      await run(`GRANT CONNECT ON DATABASE ${database} TO ${role}`);
    }
  });
  for (const { database, role, migrator } of of) {
    await asSuperuser(url(database), ca, async (run) => {
      await run(NO_LARGE_OBJECTS);
      for (const privileges of ['SELECT, INSERT, UPDATE, DELETE ON TABLES', 'USAGE ON SEQUENCES']) {
        await run(`ALTER DEFAULT PRIVILEGES FOR ROLE ${migrator} GRANT ${privileges} TO ${role}`);
      }
      await run(`GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ${role}`); // those made before the default privilege
    });
  }
}

/**
 * @param {string} connectionString
 * @param {string} ca
 * @param {(run: (statement: string, parameters?: string[]) => Promise<number | null>, client: import('pg').Client) => Promise<unknown>} use
 */
async function asSuperuser(connectionString, ca, use) {
  const { default: pg } = await import('pg'); // loaded when needed: `npm start` begins before packages are installed
  const client = new pg.Client({ connectionString, ssl: { ca, rejectUnauthorized: true } });
  await client.connect();
  try {
    await use(async (statement, parameters) => (await client.query(statement, parameters)).rowCount, client);
  } finally {
    await client.end();
  }
}

/** @param {string[]} args */
async function main([folder]) {
  const { DATABASE_URL_FILE: urlFile, DATABASE_SSL_CA_FILE: caFile } = process.env;
  if (!folder || !urlFile || !caFile) throw new Error('name FOLDER, DATABASE_URL_FILE and DATABASE_SSL_CA_FILE');
  const url = (/** @type {string} */ database) =>
    Object.assign(new URL(readFileSync(urlFile, 'utf8')), { pathname: database }).href;
  const password = (/** @type {string} */ role) => readFileSync(path.join(folder, `${role}.password`), 'utf8');
  await ensureRoles({ url, ca: readFileSync(caFile, 'utf8'), password });
  console.log(`${roles.length} roles are in place`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(`The roles are not in place: ${error.message}`);
    process.exitCode = 1;
  });
}
