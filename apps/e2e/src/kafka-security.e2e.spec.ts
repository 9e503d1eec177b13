import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import kafkajs, { type AclFilter } from 'kafkajs';
import { aclsOf, applyAcls } from '../../../deploy/kafka/acls.mjs';
import { ensureSecrets } from '../../../deploy/secrets.mjs';
import { securityVariables } from '../../../tools/stack/kafka-security.mjs';
import { freePort } from '../../../tools/stack/ports.mjs';
import { asAdmin, startSecureKafka } from '../../../tools/stack/secure-kafka.mjs';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';
import { Client } from './system/client.js';
import { eventually } from './system/eventually.js';
import { expectProcessing } from './system/expect-processing.js';
import { type ServiceName, SERVICES, System } from './system/system.js';

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
const SUBJECT: ServiceName = 'notification-service';
const folder = temporaryFolder();
const passwordFile = join(folder, 'password');

let security: Awaited<ReturnType<typeof ensureSecrets>>;
let otherCaFile: string;
let kafka: Awaited<ReturnType<typeof startSecureKafka>>;
let system: System;
let client: Client;

beforeAll(async () => {
  system = await System.prepare();
  client = new Client(system);
  security = await ensureSecrets(join(folder, 'security'), { users: [...SERVICES] });
  otherCaFile = (await ensureSecrets(join(folder, 'others'), { users: [] })).caFile;
  copyFileSync(security.passwordFile(SUBJECT), passwordFile);
  kafka = await startSecureKafka({ dataDir: join(folder, 'kafka'), port: await freePort(), security });
  await system.startPostgres();
  for (const name of SERVICES) start(name);
  await system.whenReady();
});

afterAll(async () => {
  await system.stop();
  await kafka.stop();
  expect(system.warnings()).toEqual([]);
});

function start(name: ServiceName, overrides: Record<string, string> = {}): void {
  system.startService(name, { KAFKA_BROKERS: kafka.brokers, ...securityVariables(security, name), ...overrides });
}

async function restart(overrides: Record<string, string> = {}): Promise<void> {
  await system.stopService(SUBJECT);
  start(SUBJECT, overrides);
}

/** Waits until the service reports in `/health/ready` what is wrong; it must stay alive, and log it once. */
async function saysWhy(text: string): Promise<void> {
  const before = system.lines.length;
  await eventually(`${SUBJECT} reports "${text}"`, async () => {
    const { status, body } = await client.get(SUBJECT, '/health/ready').catch(() => ({ status: 0, body: {} }));
    return status === 503 && String(body.detail).includes(text);
  });
  expect(await system.status(SUBJECT, '/health/live')).toBe(200);
  expect(system.isRunning(SUBJECT)).toBe(true);
  expect(system.lines.slice(before).filter((line) => line.includes(text)).length).toBeLessThanOrEqual(1);
}

const grantAll = () => asAdmin(kafka.brokers, security, (admin) => applyAcls(admin, aclsOf({ createTopics: true })));

function revoke(rules: Partial<AclFilter>): Promise<void> {
  const any = {
    resourceType: AclResourceTypes.ANY,
    resourcePatternType: ResourcePatternTypes.ANY,
    operation: AclOperationTypes.ANY,
    permissionType: AclPermissionTypes.ANY,
    principal: `User:${SUBJECT}`,
  };
  return asAdmin(kafka.brokers, security, async (admin) => {
    await admin.deleteAcls({ filters: [{ ...any, ...rules }] });
  });
}

it('processes an order if each service has only the permissions that it needs', async () => {
  await expectProcessing(client);
});

it('works without the permission to create topics if they exist', async () => {
  await revoke({ operation: AclOperationTypes.CREATE });
  await restart();
  await system.whenReady([SUBJECT]);
});

describe('a service that Kafka rejects keeps running, reports why, and recovers', () => {
  beforeEach(grantAll);

  it.each([
    ['another authority', () => ({ KAFKA_SSL_CA_FILE: otherCaFile }), 'KAFKA_SSL_CA'],
    ['plaintext to a TLS port', () => ({ KAFKA_SSL_CA_FILE: '', KAFKA_SASL_MECHANISM: '' }), '(KAFKA_SSL)'],
    ['TLS without SASL', () => ({ KAFKA_SASL_MECHANISM: '' }), 'KAFKA_SASL_MECHANISM'],
  ])('for %s', async (_, overrides, text) => {
    await restart(overrides());
    await saysWhy(text);
    await restart();
    await system.whenReady([SUBJECT]);
  });

  it('for a wrong password, without a restart once its file is renewed', async () => {
    const password = readFileSync(security.passwordFile(SUBJECT));
    writeFileSync(passwordFile, 'wrong');
    await restart({ KAFKA_SASL_PASSWORD_FILE: passwordFile });
    await saysWhy('check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD');
    writeFileSync(passwordFile, password);
    await system.whenReady([SUBJECT]);
  });

  it.each([
    ['topic', { resourceType: AclResourceTypes.TOPIC, resourceName: 'order-events' }, 'Kafka forbids the topic'],
    ['group', { resourceType: AclResourceTypes.GROUP, resourceName: SUBJECT }, 'Kafka forbids the consumer group'],
  ])('for a forbidden %s, without a restart once it is allowed again', async (_, rules, text) => {
    await revoke(rules);
    await restart();
    await saysWhy(text);
    await grantAll();
    await system.whenReady([SUBJECT]);
  });
});
