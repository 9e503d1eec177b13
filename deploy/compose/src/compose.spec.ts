import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { services } from '../../../tools/stack/environment.mjs';
import { authVariables } from '../../../tools/stack/local-issuer.mjs';

interface Service {
  readonly image?: string;
  readonly build?: { readonly args: Readonly<Record<string, unknown>> };
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test?: unknown };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly cap_add?: readonly string[];
}

const ROOT = new URL('../../../', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const servicesOf = (file: string) =>
  (parse(read(file), { merge: true }) as { services: Record<string, Service> }).services;

const flow = servicesOf('compose.light.yml');
const laidOver = servicesOf('compose.companions.yml');
const secured = servicesOf('compose.security.yml');
const companions = Object.fromEntries(Object.entries(laidOver).filter(([name]) => !(name in flow)));
const all = { ...flow, ...companions };
const page = read('docs/reference/companions.md');

const { scrape_configs: scrapeJobs } = parse(read('deploy/prometheus/prometheus.yml')) as {
  scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
};
const scraped = scrapeJobs.map(({ job_name, static_configs }) => [
  job_name,
  static_configs.flatMap(({ targets }) => targets),
]);

/** The port on this machine that a line of `ports` means unless its variable is set. */
const portOf = (line: string) => Number(/\$\{\w+:-(\d+)\}/.exec(line)?.[1]);
const variableOf = (line: string) => /\$\{(\w+):-/.exec(line)?.[1] ?? '';

describe('docker-compose.yml', () => {
  it('is the flow and its companions', () => {
    const { include } = parse(read('docker-compose.yml')) as { include: { path: string[] }[] };
    expect(include).toEqual([{ path: ['compose.light.yml', 'compose.companions.yml'] }]);
    expect(Object.keys(companions).length).toBeGreaterThan(5);
  });
});

describe.each(services)('$name of libs/events/src/topology.ts', ({ name, prefix, port, database }) => {
  it('is built and reached in compose.light.yml by its name and port', () => {
    const { build, environment, ports } = flow[name] ?? {};
    expect(build?.args).toEqual({ SERVICE: name, PORT: port });
    expect(environment).toMatchObject({ PORT: port, DATABASE_URL: expect.stringMatching(`/${database}$`) });
    expect(ports).toEqual([`127.0.0.1:\${${prefix}PORT:-${port}}:${port}`]);
  });

  it('can be told to demand tokens, by each variable that npm start -- --auth sets', () => {
    for (const variable of Object.keys(authVariables(3009)))
      expect(flow[name]?.environment).toHaveProperty(variable, expect.stringContaining(`\${${variable}:-`));
  });

  it('has its database in deploy/postgres/create-databases.sql', () => {
    expect(read('deploy/postgres/create-databases.sql')).toContain(`CREATE DATABASE ${database}`);
  });

  it('is told of the companions in compose.companions.yml, and of Kafka’s password in compose.security.yml', () => {
    expect(laidOver[name]?.environment).toBeDefined();
    expect(secured[name]?.environment).toMatchObject({ KAFKA_SASL_USERNAME: name });
    expect(secured['secrets']?.volumes).toContain(`${name}-secrets:/secrets/${name}`);
  });

  it('is scraped by deploy/prometheus/prometheus.yml where it listens', () => {
    expect(scraped).toContainEqual([name, [`${name}:${port}`]]);
  });
});

describe('compose.secure.yml', () => {
  it('is the same, with a secured Kafka and Postgres', () => {
    const { include } = parse(read('compose.secure.yml')) as { include: { path: string[] }[] };
    expect(include).toEqual([{ path: ['compose.light.yml', 'compose.companions.yml', 'compose.security.yml'] }]);
  });

  it('takes passwords to Postgres over TLS alone, by roles of which none is the superuser', () => {
    const { command, environment } = secured['postgres'] ?? {};
    const files = ['ssl=on', 'ssl_cert_file=/secrets/postgres.pem', 'ssl_key_file=/secrets/postgres.pem'];
    expect(command).toEqual(expect.arrayContaining([...(flow['postgres']?.command ?? []), ...files]));
    expect(command).toContain('hba_file=/deploy/pg_hba.conf');
    expect(environment).toEqual({ POSTGRES_PASSWORD: '', POSTGRES_PASSWORD_FILE: '/secrets/password' });
    const logins = read('deploy/postgres/pg_hba.conf')
      .split('\n')
      .filter((line) => /^[^#]/.test(line));
    expect(logins.filter((line) => !/^(local|hostssl) .* scram-sha-256$/.test(line))).toEqual([]);
    for (const { name } of services) {
      expect(secured[name]?.environment).toMatchObject({
        DATABASE_URL: '',
        DATABASE_URL_FILE: '/secrets/database-url',
        DATABASE_MIGRATION_URL_FILE: '/secrets/database-migration-url',
        DATABASE_SSL_CA_FILE: '/secrets/ca.pem',
      });
    }
  });

  it('secures everybody who talks to Kafka', () => {
    const talks = Object.entries(all).filter(([, { environment = {} }]) =>
      Object.values(environment).some((value) => String(value).includes('kafka:29092')),
    );
    for (const [name] of talks) expect(secured).toHaveProperty(name);
    expect(talks.length).toBeGreaterThan(5);
  });

  it.each(Object.keys(secured).filter((name) => name !== 'secrets'))('shows %s its own secrets alone', (name) => {
    const part = name === 'kafka-acls' ? 'admin' : name;
    const volumes = (secured[name]?.volumes ?? []).map((volume) => volume.split(':'));
    expect(volumes.filter(([, at]) => at === '/secrets')).toEqual([[`${part}-secrets`, '/secrets', 'ro']]);
    expect(volumes.filter(([source]) => source?.endsWith('secrets'))).toHaveLength(1);
  });

  it('has jobs in one version with the rest', () => {
    expect(secured['kafka-users']?.image).toBe(flow['kafka']?.image);
  });
});

describe.each(Object.entries(all))('%s', (_, { image, build, healthcheck, ports = [], volumes = [] }) => {
  it('has one version', () => {
    expect(build ?? image).toBeDefined();
    if (image) expect(image).toMatch(/:v?\d+(\.\d+)*$/);
  });

  it('says whether it is well', () => {
    expect(healthcheck?.test).toBeDefined();
  });

  it('is reached from this machine alone, by a port that can be changed', () => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
  });

  it('mounts what is there', () => {
    const folders = volumes.map((volume) => volume.split(':')[0] ?? '').filter((path) => path.startsWith('.'));
    for (const folder of folders) expect(existsSync(new URL(folder, ROOT))).toBe(true);
  });
});

const jobs = Object.fromEntries(Object.entries(secured).filter(([name]) => !(name in all)));

describe.each(Object.entries({ ...all, ...jobs }))('the container of %s', (name, service) => {
  it('writes to its volumes and memory alone, has no capability, gains none, and has bounds', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      pids_limit: expect.any(Number),
      mem_limit: expect.stringMatching(/^\d+[mg]$/),
    });
  });

  it('is not root; but for the job that gives files away, and may do no more than that', () => {
    const isRoot = name === 'secrets';
    expect(service.user).toMatch(isRoot ? /^0:0$/ : /^[1-9]\d*:\d+$/);
    expect(service.cap_add).toEqual(isRoot ? ['CHOWN'] : undefined);
  });

  it('gets no more rights by a file that is laid over', () => {
    for (const file of [laidOver, secured].filter((each) => each[name] !== service)) {
      const more = Object.keys(file[name] ?? {});
      expect(more.filter((key) => /^(user|cap_|privileged|read_only|security_opt|pid|.*_mode$)/.test(key))).toEqual([]);
    }
  });
});

describe('the ports of this machine', () => {
  const ports = Object.values(all).flatMap((service) => service.ports ?? []);

  it('are all different', () => {
    expect(new Set(ports.map(portOf)).size).toBe(ports.length);
    expect(new Set(ports.map(variableOf)).size).toBe(ports.length);
  });

  it.each(Object.entries(companions))(
    'of %s are in docs/reference/companions.md with their variables',
    (_, service) => {
      for (const port of service.ports ?? []) {
        expect(page).toContain(`localhost:${portOf(port)}`);
        expect(page).toContain(`\`${variableOf(port)}\``);
      }
    },
  );
});

describe('what the services are told of the companions', () => {
  const told = Object.keys(flow).flatMap((name): Readonly<Record<string, unknown>>[] => {
    const { environment } = laidOver[name] ?? {};
    return environment ? [environment] : [];
  });

  it('is the same for each, but for mail, and names none that is not there', () => {
    expect(told).toHaveLength(services.length);
    for (const environment of told) expect(environment).toMatchObject({ ...told[0] });
    const urls = told
      .flatMap((environment) => Object.values(environment))
      .filter((value) => URL.canParse(String(value)));
    for (const url of urls) expect(companions).toHaveProperty(new URL(String(url)).hostname);
  });

  it('has a mail server for the notification service alone, as it can be configured', () => {
    const { SMTP_URL, SMTP_ALLOW_CLEARTEXT, EMAIL_FROM } = laidOver['notification-service']?.environment ?? {};
    expect(new URL(String(SMTP_URL)).hostname).toBe('mailpit');
    expect(companions['mailpit']?.ports).toContainEqual(expect.stringMatching(`:${new URL(String(SMTP_URL)).port}$`));
    expect(SMTP_ALLOW_CLEARTEXT).toBe('true');
    expect(EMAIL_FROM).toContain('@');
    expect(told.filter((environment) => 'SMTP_URL' in environment)).toHaveLength(1);
  });
});

describe('what is deployed', () => {
  it('has no service that libs/events/src/topology.ts does not have', () => {
    const names = services.map(({ name }) => name);
    const built = Object.entries(flow).filter(([, { build }]) => build);
    expect(built.map(([name]) => name)).toEqual(names);
    expect(scraped.map(([job]) => job)).toEqual(names);
  });
});
