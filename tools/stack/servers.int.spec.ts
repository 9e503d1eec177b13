import { afterAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startKafka } from './kafka.mjs';
import { freePort } from './ports.mjs';
import { startPostgres } from './postgres.mjs';
import { stopGroups } from './process-group.mjs';
import { temporaryFolder } from './temporary-folder.mjs';

const START_TIMEOUT_MS = 240_000;

describe('in a folder whose name is not ASCII', () => {
  const folder = join(temporaryFolder(), 'Köln ü 😀');
  const locale = { LANG: process.env.LANG, LC_ALL: process.env.LC_ALL };

  afterAll(() => stopGroups());

  it.each(['C', 'C.UTF-8', 'de_DE.ISO-8859-1'])(
    'Kafka keeps its data there and finds it again, with LC_ALL=%s',
    async (name) => {
      Object.assign(process.env, { LANG: name, LC_ALL: name });
      try {
        const kafka = await startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), isShortLived: true });
        await kafka.stop();
      } finally {
        restore(locale);
      }
      expect(existsSync(join(folder, 'kafka/data/meta.properties'))).toBe(true);
    },
    START_TIMEOUT_MS,
  );

  it(
    'Postgres starts, and again',
    async () => {
      for (const database of ['first', 'second']) {
        const postgres = await startPostgres({
          dataDir: join(folder, 'postgres'),
          port: await freePort(),
          databases: [database],
        });
        await postgres.stop();
      }
      expect(existsSync(join(folder, 'postgres/PG_VERSION'))).toBe(true);
    },
    START_TIMEOUT_MS,
  );
});

describe('where the umask is 077', () => {
  it(
    'Postgres starts, though root makes its folders for an account that is not root',
    async () => {
      const dataDir = join(temporaryFolder(), 'careful/postgres');
      const program = `
        import { isolateProcess } from '${new URL('isolate-process.mjs', import.meta.url).href}';
        import { startPostgres } from '${new URL('postgres.mjs', import.meta.url).href}';
        isolateProcess();
        const options = { dataDir: ${JSON.stringify(dataDir)}, port: ${await freePort()}, databases: ['orders'] };
        await (await startPostgres(options)).stop();`;
      const command = [process.execPath, '--input-type=module', '--eval', program];
      await promisify(execFile)('sh', ['-c', 'umask 077 && exec "$@"', 'sh', ...command]);
      expect(existsSync(join(dataDir, 'PG_VERSION'))).toBe(true);
    },
    START_TIMEOUT_MS,
  );
});

function restore(variables: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}
