import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { InvalidConfiguration, loadConfig, secretOf } from './load-config.js';
import { ServiceConfig } from './service-config.js';

class ShopConfig extends ServiceConfig {
  override kafkaClientId = 'shop';
  override kafkaGroupId = 'shop';
}

const complete = { DATABASE_URL: 'postgres://u:hunter2@localhost:5432/shop', KAFKA_BROKERS: 'a:9092, b:9092' };
const issuer = {
  AUTH: 'oauth2',
  AUTH_ISSUER: 'https://issuer.example/',
  AUTH_AUDIENCE: 'orderflow',
  AUTH_JWKS_URL: 'https://issuer.example/jwks.json',
};

function messageOf(environment: NodeJS.ProcessEnv): string {
  try {
    loadConfig(ShopConfig, environment);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidConfiguration);
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

describe('loadConfig', () => {
  it('converts to the declared types and keeps defaults', () => {
    const config = loadConfig(ShopConfig, { ...complete, PORT: '3001', KAFKA_SSL: 'true', LOG_LEVEL: '' });
    expect(config).toMatchObject({
      port: 3001,
      kafkaBrokers: ['a:9092', 'b:9092'],
      kafkaSsl: true,
      logLevel: 'log',
      kafkaGroupId: 'shop',
      host: '127.0.0.1',
      httpMaxConnections: 1_000,
      allowedHosts: [],
    });
  });

  it('names every bad and missing variable at once, in one line', () => {
    const message = messageOf({ PORT: '0', KAFKA_SSL: 'perhaps', KAFKA_BROKERS: 'nowhere' });
    for (const name of ['PORT', 'KAFKA_SSL', 'KAFKA_BROKERS', 'DATABASE_URL is missing'])
      expect(message).toContain(name);
    expect(message).not.toContain('\n');
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '3001.5'],
    ['LOG_LEVEL', 'loud'],
    ['KAFKA_SASL_MECHANISM', 'kerberos'],
    ['DATABASE_URL', 'mysql://localhost/shop'],
    ['DATABASE_URL', 'postgres://localhost'],
    ['DATABASE_URL', 'postgres://localhost/'],
    ['DATABASE_URL', 'postgres:///shop'],
    ['DATABASE_URL', 'postgres://u:p@localhost:99999/shop'],
    ['DATABASE_URL', 'postgres://u:p@localhost:port/shop'],
    ['DATABASE_URL', 'postgres://u:p@local host/shop'],
    ['DATABASE_URL', 'postgres://u:p@[::1/shop'],
    ['DATABASE_URL', 'postgres://u:50%@localhost/shop'],
    ['DATABASE_URL', 'postgres://u:p@localhost/shop?sslmode=require'],
    ['DATABASE_URL', 'postgres://u:p@localhost/shop?sslmode=verify-full&sslmode=no-verify'],
    ['DATABASE_URL', 'postgres://u:p@localhost/shop?SSLMODE=verify-full'],
    ['DATABASE_URL', 'postgres://u:p@localhost/shop?ssl=no-verify'],
    ['DATABASE_URL', 'postgres://u:p@localhost/shop?uselibpqcompat=true'],
    ['DATABASE_MIGRATION_URL', 'mysql://localhost/shop'],
    ['DATABASE_SSL_CA', '/run/secrets/ca.pem'],
    ['KAFKA_BROKERS', '::1:9092'],
    ['KAFKA_BROKERS', '[::1]'],
    ['KAFKA_BROKERS', '[shop]:9092'],
    ['KAFKA_BROKERS', 'a:99999'],
    ['KAFKA_BROKERS', 'a:9092,'],
    ['KAFKA_GROUP_ID', 'shop:orders'],
    ['KAFKA_GROUP_ID', 'shop orders'],
    ['KAFKA_GROUP_ID', 'g'.repeat(201)],
    ['HOST', 'http://localhost'],
    ['HOST', '[::]'],
    ['HOST', 'local host'],
    ['HTTP_MAX_CONNECTIONS', '0'],
    ['ALLOWED_HOSTS', '*'],
    ['ALLOWED_HOSTS', 'shop.example:443'],
    ['ALLOWED_HOSTS', 'http://shop.example'],
  ])('rejects %s=%s', (name, value) => {
    expect(messageOf({ ...complete, [name]: value })).toContain(name);
  });

  it.each([
    ['DATABASE_URL', 'postgres://u:p%40w@[::1]:5432/shop?sslmode=verify-full'],
    ['DATABASE_URL', 'postgres://u:p@db.example/shop?connect_timeout=5&sslmode=disable'],
    ['DATABASE_URL', 'postgresql://db.example/shop'],
    ['DATABASE_URL', 'postgres://u:p@/shop?host=/var/run/postgresql'],
    ['KAFKA_BROKERS', '[::1]:9092, kafka-1.example:9092'],
    ['KAFKA_GROUP_ID', 'Shop_2.orders-eu'],
    ['HOST', 'localhost'],
    ['HOST', '::1'],
    ['ALLOWED_HOSTS', 'order-service, .shop.example, Orders.example'],
  ])('accepts %s=%s', (name, value) => {
    expect(() => loadConfig(ShopConfig, { ...complete, [name]: value })).not.toThrow();
  });

  it.each(['::', '0.0.0.0', '10.1.2.3', 'order-service'])('lets nobody in at HOST=%s unless that is wanted', (host) => {
    expect(messageOf({ ...complete, HOST: host })).toContain('AUTH is none, so HOST must be a loopback address');
    expect(() => loadConfig(ShopConfig, { ...complete, HOST: host, AUTH_ALLOW_NONE: 'true' })).not.toThrow();
    expect(() => loadConfig(ShopConfig, { ...complete, ...issuer, HOST: host })).not.toThrow();
  });

  it.each(['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL'])('requires %s with AUTH=oauth2', (name) => {
    expect(messageOf({ ...complete, ...issuer, [name]: '' })).toContain(name);
  });

  it('trusts an issuer only over https, or on this machine', () => {
    const withKeys = (url: string) => ({ ...complete, ...issuer, AUTH_JWKS_URL: url });
    expect(messageOf(withKeys('http://issuer.example/jwks.json'))).toContain(
      'AUTH_JWKS_URL must be an address as https',
    );
    expect(() => loadConfig(ShopConfig, withKeys('http://127.0.0.1:9000/jwks.json'))).not.toThrow();
  });

  it('requires user and password with a SASL mechanism', () => {
    const message = messageOf({ ...complete, KAFKA_SASL_MECHANISM: 'plain' });
    for (const name of ['KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD']) expect(message).toContain(name);
  });

  it('requires a token endpoint with oauthbearer, and certificate and key together', () => {
    expect(messageOf({ ...complete, KAFKA_SASL_MECHANISM: 'oauthbearer' })).toContain('KAFKA_SASL_OAUTH_TOKEN_URL');
    const certificate = '-----BEGIN CERTIFICATE-----';
    expect(messageOf({ ...complete, KAFKA_SSL_CERT: certificate })).toContain('KAFKA_SSL_KEY is missing');
  });

  it('reads a secret again that was renewed in its file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'password');
    writeFileSync(file, 'old\n');
    const variables = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD_FILE: file };
    const password = secretOf(loadConfig(ShopConfig, { ...complete, ...variables }), 'kafkaSaslPassword');
    writeFileSync(file, 'new\n');
    expect(password?.()).toBe('new');
  });

  it('never prints a value', () => {
    expect(messageOf({ ...complete, DATABASE_URL: 'hunter2', PORT: 'x' })).not.toContain('hunter2');
  });

  it('reads a secret from the file that <NAME>_FILE names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'config-')), 'url');
    writeFileSync(file, `${complete.DATABASE_URL}\n`);
    const config = loadConfig(ShopConfig, { KAFKA_BROKERS: 'a:9092', DATABASE_URL_FILE: file });
    expect(config.databaseUrl).toBe(complete.DATABASE_URL);
  });

  it('names a secret file that cannot be read, and a secret that is set twice', () => {
    expect(messageOf({ KAFKA_BROKERS: 'a:9092', DATABASE_URL_FILE: '/nowhere/url' })).toContain(
      'DATABASE_URL_FILE cannot be read (ENOENT)',
    );
    expect(messageOf({ ...complete, DATABASE_URL_FILE: '/nowhere/url' })).toContain('both set');
  });
});
