import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ensureSecrets } from '../../../../deploy/secrets.mjs';
import { temporaryFolder } from '../../../../tools/stack/temporary-folder.mjs';
import { connectionOptions } from './connection-options.js';

const folder = temporaryFolder();
const servers: Server[] = [];
let ca: string;

beforeAll(async () => {
  ca = readFileSync((await secretsFor('localhost')).caFile, 'utf8');
});
afterAll(() => servers.forEach((server) => server.close()));

const secretsFor = (host: string) =>
  ensureSecrets(join(folder, host), { users: [], hosts: { kafka: ['localhost'], postgres: [host] } });

/** Agrees to TLS as Postgres does, with the certificate of this folder, and ends a connection that trusts it. */
async function serverOf(secrets: { databaseKeystoreFile: string }): Promise<string> {
  const pair = readFileSync(secrets.databaseKeystoreFile);
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write('S');
      const secure = new TLSSocket(socket, { isServer: true, cert: pair, key: pair });
      secure.on('error', () => undefined).once('data', () => secure.end());
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `postgres://u:p@localhost:${(server.address() as AddressInfo).port}/none`;
}

async function refusalOf(url: string): Promise<string> {
  const client = new pg.Client({ ...connectionOptions({ url, ca }), connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  return client.connect().then(
    () => 'none',
    (error: Error) => error.message,
  );
}

describe('connectionOptions', () => {
  it('trust a server by its authority and name, whatever the URL says', async () => {
    const url = await serverOf(await secretsFor('localhost'));
    for (const parameters of ['', '?sslmode=disable', '?connect_timeout=5&sslmode=verify-full'])
      expect(await refusalOf(url + parameters)).toBe('Connection terminated unexpectedly');
  });

  it('trust no server of another authority', async () => {
    const others = await ensureSecrets(join(folder, 'others'), { users: [] });
    expect(await refusalOf(await serverOf(others))).toMatch(/certificate/);
  });

  it('trust no server of another name', async () => {
    const secrets = await secretsFor('localhost');
    const url = (await serverOf(secrets)).replace('localhost', '127.0.0.1');
    expect(await refusalOf(url)).toBe('Connection terminated unexpectedly'); // an address of its certificate
    const elsewhere = await secretsFor('db.example');
    ca = readFileSync(elsewhere.caFile, 'utf8');
    expect(await refusalOf(await serverOf(elsewhere))).toMatch(/does not match/);
  });

  it('keep the other parameters of the URL', () => {
    const url = 'postgres://u:p@/shop?host=/var/run/postgresql&sslmode=verify-full';
    const { connectionString } = connectionOptions({ url, ca });
    expect(new pg.Client({ connectionString }).host).toBe('/var/run/postgresql');
  });

  it('leave everything to the URL without an authority', () => {
    const connectionString = 'postgres://u:p@localhost/shop?sslmode=verify-full';
    expect(connectionOptions({ url: connectionString })).toEqual({ connectionString });
  });
});
