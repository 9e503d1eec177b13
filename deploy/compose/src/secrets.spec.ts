import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { temporaryFolder } from '../../../tools/stack/temporary-folder.mjs';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const folder = temporaryFolder();
const makeSecrets = () => execFileSync('node', ['deploy/secrets.mjs', folder], { cwd: ROOT, stdio: 'pipe' });
interface Service {
  readonly environment?: Record<string, unknown>;
  readonly volumes?: string[];
  readonly user?: string;
}
const servicesOf = (file: string) =>
  (parse(readFileSync(join(ROOT, file), 'utf8'), { merge: true }) as { services: Record<string, Service> }).services;
const services = servicesOf('compose.security.yml');
const below = ['compose.light.yml', 'compose.companions.yml'].map(servicesOf);
const volumesOf = (name: string) => services[name]?.volumes ?? [];
/** As whom a container runs, in whichever file that is said. */
const userOf = (name: string) => [services, ...below].flatMap((file) => file[name]?.user ?? [])[0] ?? '';

const OF_SERVICE = ['ca.pem', 'database-migration-url', 'database-url', 'password'];
const OF_COMPANION = ['ca.pem', 'client.pem'];
const OF_ROLES = ['inventory', 'notification', 'order'].flatMap((name) =>
  ['migrator', 'service'].map((role) => `${name}_${role}.password`),
);
const OF_USERS = ['admin', 'inventory-service', 'notification-service', 'order-service'].map(
  (name) => `${name}.password`,
);
const PARTS = {
  admin: ['ca.pem', 'password'],
  'inventory-service': OF_SERVICE,
  kafka: ['broker.pem', 'ca.pem'],
  'kafka-ui': OF_COMPANION,
  'kafka-users': [...OF_USERS, 'broker.pem', 'ca.pem'],
  'notification-service': [...OF_SERVICE, 'webhook-encryption-key'],
  'order-service': OF_SERVICE,
  postgres: ['password', 'postgres.pem'],
  'postgres-roles': [...OF_ROLES, 'ca.pem', 'database-url'],
  'schema-registry': OF_COMPANION,
};

const filesOf = (part: string) => readdirSync(join(folder, part)).toSorted();
const read = (part: string, file: string) => readFileSync(join(folder, part, file), 'utf8');
const snapshot = () => Object.keys(PARTS).flatMap((part) => filesOf(part).map((file) => read(part, file)));

beforeAll(() => void makeSecrets());

describe('deploy/secrets.mjs', () => {
  it.each(Object.entries(PARTS))('gives %s its own secrets alone', (part, files) => {
    expect(filesOf(part)).toEqual(files.toSorted());
  });

  it('lets one account read each of them', () => {
    for (const part of Object.keys(PARTS))
      for (const file of filesOf(part)) expect(statSync(join(folder, part, file)).mode & 0o777).toBe(0o400);
  });

  it.each(Object.keys(PARTS))('gives those of %s to the account of their container', (part) => {
    const container =
      Object.keys(services).find((name) => volumesOf(name).includes(`${part}-secrets:/secrets:ro`)) ?? '';
    const account = Number(userOf(container).split(':')[0]);
    const expected = process.getuid?.() === 0 ? account : process.getuid?.(); // others cannot give files away
    for (const file of filesOf(part)) expect(statSync(join(folder, part, file)).uid).toBe(expected);
  });

  it('makes certificates that servers cannot log in by, nor clients serve by; the broker does both', () => {
    const SERVER = '1.3.6.1.5.5.7.3.1';
    const CLIENT = '1.3.6.1.5.5.7.3.2';
    // the key comes first
    const usesOf = (part: string, file: string) =>
      new X509Certificate(/-----BEGIN CERTIFICATE-----[^]*/.exec(read(part, file))?.[0] ?? '').keyUsage;
    expect(usesOf('postgres', 'postgres.pem')).toEqual([SERVER]);
    expect(usesOf('kafka', 'broker.pem')).toEqual([SERVER, CLIENT]);
    expect(usesOf('kafka-ui', 'client.pem')).toEqual([CLIENT]);
    expect(usesOf('schema-registry', 'client.pem')).toEqual([CLIENT]);
  });

  it('changes nothing the next time', () => {
    const before = snapshot();
    makeSecrets();
    expect(snapshot()).toEqual(before);
  });

  it('says so where the folder is of an older version', () => {
    rmSync(join(folder, 'all/postgres.pem'));
    expect(makeSecrets).toThrow(/older version, and has no postgres\.pem/);
  });
});

describe('compose.security.yml', () => {
  it('has a volume for each part, which its container mounts', () => {
    const mounted = (services['secrets']?.volumes ?? []).filter((volume) => volume.includes('-secrets:'));
    expect(mounted.toSorted()).toEqual(
      Object.keys(PARTS)
        .map((part) => `${part}-secrets:/secrets/${part}`)
        .toSorted(),
    );
    for (const part of Object.keys(PARTS)) {
      const { volumes = [] } = services[part === 'admin' ? 'kafka-acls' : part] ?? {};
      const own = volumes.filter((volume) => volume.includes(':/secrets'));
      expect(own).toEqual([`${part}-secrets:/secrets:ro`]);
    }
  });

  it('names files that are there', () => {
    for (const [name, { environment = {} }] of Object.entries(services)) {
      const part = name === 'kafka-acls' ? 'admin' : name;
      const named = Object.values(environment).flatMap((value) => /^\/secrets\/(.+)$/.exec(String(value))?.[1] ?? []);
      for (const file of named) expect(PARTS[part as keyof typeof PARTS]).toContain(file);
    }
  });

  it('runs its jobs as the account that may read their secrets', () => {
    for (const job of ['kafka-acls', 'postgres-roles']) expect(services[job]?.user).toBe('1000:1000');
  });
});
