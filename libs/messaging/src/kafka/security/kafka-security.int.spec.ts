import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { withAdmin } from '../../../../../deploy/kafka/acls.mjs';
import { ensureSecrets } from '../../../../../deploy/secrets.mjs';
import { startKafka } from '../../../../../tools/stack/kafka.mjs';
import { freePort } from '../../../../../tools/stack/ports.mjs';
import { temporaryFolder } from '../../../../../tools/stack/temporary-folder.mjs';
import type { SaslOptions, TlsOptions } from './kafka-security.js';
import { Producer } from '../producer.js';
import { createTopic } from '../../testing/index.js';

const USER = 'admin';
const START_MS = 180_000;
const MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER'];
const EVENT = { topic: 'events', key: 'k', value: '{}', headers: {} };
const MODULES = 'org.apache.kafka.common.security';

let kafka: Awaited<ReturnType<typeof startKafka>>;
let tokens: Server;
let tls: Required<TlsOptions>;
let password: string;
let foreignKeystoreFile: string;
let files: { KAFKA_SSL_CA_FILE: string; KAFKA_SSL_CERT_FILE: string; KAFKA_SSL_KEY_FILE: string };

/** A broker that accepts every mechanism, and requires client certificates as well. */
beforeAll(async () => {
  const folder = temporaryFolder();
  const security = await ensureSecrets(join(folder, 'security'), { users: [] });
  password = security.password(USER);
  foreignKeystoreFile = (await ensureSecrets(join(folder, 'foreign'), { users: [] })).keystoreFile;
  const jaas = (mechanism: string) => `listener.name.sasl_ssl.${mechanism}.sasl.jaas.config`;
  const properties = {
    'sasl.enabled.mechanisms': MECHANISMS.join(','),
    'listener.name.sasl_ssl.ssl.client.auth': 'required',
    [jaas('plain')]: `${MODULES}.plain.PlainLoginModule required user_${USER}="${password}";`,
    [jaas('scram-sha-256')]: `${MODULES}.scram.ScramLoginModule required;`,
    [jaas('oauthbearer')]:
      `${MODULES}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="${USER}";`,
  };
  kafka = await startKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), security, properties });
  files = {
    KAFKA_SSL_CA_FILE: security.caFile,
    KAFKA_SSL_CERT_FILE: security.keystoreFile,
    KAFKA_SSL_KEY_FILE: security.keystoreFile,
  };
  const [ca, pair] = [security.caFile, security.keystoreFile].map((file) => () => readFileSync(file, 'utf8')) as [
    () => string,
    () => string,
  ];
  tls = { ca, certificate: pair, key: pair };
  tokens = createServer((_, response) => void response.end(JSON.stringify({ access_token: token(), expires_in: 60 })));
  await new Promise<void>((resolve) => tokens.listen(0, '127.0.0.1', resolve));
  await createTopic('events', 1, options({ mechanism: 'scram-sha-512', username: USER, password: () => password }));
}, START_MS);
afterAll(async () => {
  tokens.close();
  await kafka.stop();
});

const tokenUrl = () => `http://127.0.0.1:${(tokens.address() as AddressInfo).port}`;

/** An unsigned token, which a broker without a configured issuer accepts. */
function token(): string {
  const now = Math.floor(Date.now() / 1_000);
  const parts = [{ alg: 'none' }, { sub: USER, iat: now, exp: now + 60 }];
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`;
}

const options = (sasl: SaslOptions, offered: TlsOptions = tls) => ({
  brokers: [kafka.brokers],
  clientId: 'test',
  tls: offered,
  sasl,
});

async function send(sasl: SaslOptions, offered?: TlsOptions): Promise<Producer> {
  const producer = new Producer(options(sasl, offered), new Metrics());
  await producer
    .send([EVENT])
    .finally(() => producer.onApplicationShutdown())
    .catch(() => undefined);
  return producer;
}

describe('a client connects', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('by %s, with its certificate', async (mechanism) => {
    const producer = await send({ mechanism, username: USER, password: () => password });
    expect(producer.health()).toEqual({ status: 'up' });
  });

  it('by oauthbearer, with its certificate', async () => {
    const producer = await send({
      mechanism: 'oauthbearer',
      tokenUrl: tokenUrl(),
      clientId: USER,
      clientSecret: () => 'secret',
    });
    expect(producer.health()).toEqual({ status: 'up' });
  });

  it.each(MECHANISMS)('by %s, if the script adds the ACLs', async (mechanism) => {
    const environment = {
      ...files,
      KAFKA_BROKERS: kafka.brokers,
      KAFKA_SASL_MECHANISM: mechanism.toLowerCase(),
      KAFKA_SASL_USERNAME: USER,
      KAFKA_SASL_PASSWORD: password,
      KAFKA_SASL_OAUTH_TOKEN_URL: tokenUrl(),
    };
    expect(await withAdmin(environment, (admin) => admin.listTopics())).toContain('events');
  });
});

describe('a client gets a clear error', () => {
  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)('with a wrong password of %s', async (mechanism) => {
    const producer = await send({ mechanism, username: USER, password: () => 'wrong' });
    expect(producer.health().detail).toContain('KAFKA_SASL_PASSWORD');
  });

  it('with a certificate of another authority, until the files are renewed', async () => {
    let pair = () => readFileSync(foreignKeystoreFile, 'utf8');
    const renewed = { ca: tls.ca, certificate: () => pair(), key: () => pair() };
    const sasl = { mechanism: 'plain', username: USER, password: () => password } as const;
    const producer = new Producer(options(sasl, renewed), new Metrics());
    const publish = () => producer.send([EVENT]);
    await expect(publish()).rejects.toThrow();
    expect(producer.health().detail).toContain('KAFKA_SSL_CERT');
    pair = tls.certificate;
    await publish();
    expect(producer.health()).toEqual({ status: 'up' });
    await producer.onApplicationShutdown();
  });

  it('without a certificate', async () => {
    const producer = await send({ mechanism: 'plain', username: USER, password: () => password }, { ca: tls.ca });
    expect(producer.health().detail).toContain('KAFKA_SSL_CERT');
  });
});
