import { describe, expect, it } from '@jest/globals';
import { planStack, services } from './environment.mjs';

const groupsIn = (environment: NodeJS.ProcessEnv) =>
  planStack(environment).services.map(({ environment: { KAFKA_GROUP_ID } }) => KAFKA_GROUP_ID);

describe('planStack', () => {
  it.each([
    [{ KAFKA_GROUP_ID: 'shop' }],
    [{ ORDER_SERVICE_KAFKA_GROUP_ID: 'shop', NOTIFICATION_SERVICE_KAFKA_GROUP_ID: 'shop' }],
    [{ ORDER_SERVICE_KAFKA_GROUP_ID: 'inventory-service' }],
  ])('refuses %j in one line, which would put two services into one consumer group', (environment) => {
    expect(() => planStack(environment)).toThrow(/^[a-z-]+ and [a-z-]+ cannot share .*_KAFKA_GROUP_ID[^\n]*$/);
  });

  it('takes group ids that differ', () => {
    const [, ...others] = services.map(({ name, prefix }) => [`${prefix}KAFKA_GROUP_ID`, `shop-${name}`] as const);
    const groups = groupsIn({ KAFKA_GROUP_ID: 'shop', ...Object.fromEntries(others) });
    expect(groups).toEqual(['shop', ...others.map(([, group]) => group)]);
  });

  it.each(['DATABASE_URL', 'DATABASE_URL_FILE', 'DATABASE_MIGRATION_URL', 'DATABASE_MIGRATION_URL_FILE'])(
    'refuses %s in one line, which would put all services into one database',
    (name) => {
      expect(() => planStack({ [name]: 'postgres://u@db.example/shop' })).toThrow(
        new RegExp(`^${name} would [^\\n]* set ORDER_SERVICE_${name}, [^\\n]*$`),
      );
    },
  );

  it.each(['ORDER_SERVICE_DATABASE_MIGRATION_URL', 'ORDER_SERVICE_DATABASE_SSL_CA_FILE', 'DATABASE_SSL_CA'])(
    'refuses %s for the Postgres that it starts',
    (name) => {
      expect(() => planStack({ [name]: 'something' })).toThrow(`${name} is for a Postgres of your own`);
    },
  );

  it('takes roles and a CA for databases elsewhere', () => {
    const url = 'postgres://u@db.example/shop';
    const urls = services.flatMap(({ prefix }) => [
      [`${prefix}DATABASE_URL`, url],
      [`${prefix}DATABASE_MIGRATION_URL`, url],
    ]);
    const { postgresPort, services: planned } = planStack({ ...Object.fromEntries(urls), DATABASE_SSL_CA: 'a CA' });
    expect(postgresPort).toBeUndefined();
    for (const { environment } of planned)
      expect(environment).toMatchObject({ DATABASE_MIGRATION_URL: url, DATABASE_SSL_CA: 'a CA' });
  });

  it('lets services listen on this machine alone, whatever HOST a shell has set, unless one is told otherwise', () => {
    const hosts = planStack({ HOST: 'laptop', ORDER_SERVICE_HOST: '0.0.0.0' }).services.map(
      ({ environment: { HOST } }) => HOST,
    );
    expect(hosts).toEqual(['0.0.0.0', ...services.slice(1).map(() => '127.0.0.1')]);
  });

  it('sends the mail of the notification service alone to the mail catcher, if there is one', () => {
    const urlsIn = (plan: ReturnType<typeof planStack>) =>
      plan.services.flatMap(({ name, environment: { SMTP_URL: url } }) => (url ? [[name, url]] : []));
    expect(urlsIn(planStack({ SMTP_PORT: '2525' }, { mail: true }))).toEqual([
      ['notification-service', 'smtp://127.0.0.1:2525'],
    ]);
    expect(urlsIn(planStack({}))).toEqual([]);
  });

  it.each(['SMTP_URL', 'SMTP_URL_FILE', 'NOTIFICATION_SERVICE_SMTP_URL'])('has no mail catcher beside %s', (name) => {
    expect(() => planStack({ [name]: 'smtp://mail.example' }, { mail: true })).toThrow(name);
  });

  it('makes every service demand the tokens of the issuer, if there is one', () => {
    const { issuer, services: secured } = planStack(
      { ISSUER_PORT: '4009', ORDER_SERVICE_PORT: '4001' },
      { auth: true },
    );
    expect(issuer).toMatchObject({ port: 4009, origins: expect.arrayContaining(['http://localhost:4001']) });
    for (const { environment } of secured)
      expect(environment).toMatchObject({ AUTH: 'oauth2', AUTH_ISSUER: 'http://localhost:4009' });
    expect(planStack({}).services.flatMap(({ environment }) => environment.AUTH ?? [])).toEqual([]);
  });

  it.each(['AUTH', 'AUTH_ISSUER', 'ORDER_SERVICE_AUTH_JWKS_URL'])('has no issuer of its own beside %s', (name) => {
    expect(() => planStack({ [name]: 'https://issuer.example' }, { auth: true })).toThrow(name);
  });
});
