import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@orderflow/observability';
import { freePort } from '../../../../../tools/stack/ports.mjs';
import { startSchemaRegistry } from '../../../../../tools/test/schema-registry.mjs';
import { Producer } from '../producer.js';
import { SchemaIds, SchemaIdsUnknown } from './schema-ids.js';
import { createTopic, eventually, readTopic, testKafkaOptions, uniqueName } from '../../testing/index.js';

const DOWNLOAD_MS = 300_000;
const schemaOf = (type: string) => ({ type: 'object', properties: { n: { type } }, additionalProperties: false });

let registry: Awaited<ReturnType<typeof startSchemaRegistry>>;
let topic: string;
let started: SchemaIds[];

beforeAll(async () => {
  registry = await startSchemaRegistry({ port: await freePort() });
}, DOWNLOAD_MS);
beforeEach(() => {
  topic = uniqueName('schemas');
  started = [];
});
afterEach(() => Promise.all(started.map((ids) => ids.onApplicationShutdown())));
afterAll(() => registry.stop());

function start({ schema = schemaOf('integer'), autoRegister = true, url = registry.url } = {}): SchemaIds {
  const ids = new SchemaIds([{ name: topic, types: [], schemas: new Map([['COUNTED', schema]]) }], {
    url: () => url,
    autoRegister,
  });
  ids.onApplicationBootstrap();
  started.push(ids);
  return ids;
}

const isUp = (ids: SchemaIds) => eventually(() => ids.health().status === 'up', 'all ids are known');
const idIn = (ids: SchemaIds) => (ids.health().facts?.['ids'] as Record<string, number>)[`${topic}-COUNTED`];

async function call(method: string, path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' };
  const response = await fetch(`${registry.url}/${path}`, { method, headers, body: JSON.stringify(body) });
  return response.json();
}

const event = (type: string) => ({ topic, key: 'k', value: '{"n":7}', headers: { ce_type: type } });

describe('SchemaIds', () => {
  it('registers a schema once, by topic and record', async () => {
    const [one, other] = [start(), start()];
    await Promise.all([isUp(one), isUp(other)]);
    expect(idIn(one)).toBe(idIn(other));
    expect(await call('GET', `subjects/${topic}-COUNTED/versions`)).toEqual([1]);
    const { schema } = (await call('GET', `schemas/ids/${idIn(one)}`)) as { schema: string };
    expect(JSON.parse(schema)).toEqual(schemaOf('integer'));
  });

  it('finds a schema that was registered before, and does not register one unless it may', async () => {
    const ids = start({ autoRegister: false });
    await eventually(() => ids.health().status === 'down', 'the schema is missed');
    expect(ids.health().detail).toContain('SCHEMA_REGISTRY_AUTO_REGISTER');
    const schema = JSON.stringify(schemaOf('integer'), null, 2);
    await call('POST', `subjects/${topic}-COUNTED/versions`, { schemaType: 'JSON', schema });
    await isUp(ids);
  });

  it('reports the schema that the registry finds incompatible, and continues when that is fixed', async () => {
    await isUp(start());
    await call('PUT', `config/${topic}-COUNTED`, { compatibility: 'BACKWARD' });
    const ids = start({ schema: schemaOf('boolean') });
    await eventually(() => ids.health().status === 'down', 'the schema is refused');
    expect(ids.health().detail).toMatch(/refuses .* as incompatible .*\(409: .*\/properties\/n/);
    expect(() => ids.encode([event('COUNTED')])).toThrow(SchemaIdsUnknown);
    await call('PUT', `config/${topic}-COUNTED`, { compatibility: 'NONE' });
    await isUp(ids);
  });

  it('waits for an unavailable registry, and is degraded meanwhile', async () => {
    const ids = start({ url: `http://127.0.0.1:${await freePort()}` });
    await eventually(() => ids.health().detail?.includes('does not answer') === true, 'the registry is missed');
    expect(ids.health().status).toBe('degraded');
    expect(() => ids.encode([])).toThrow(SchemaIdsUnknown);
  });
});

describe('a producer', () => {
  it('sends an event with a schema in wire format, and other messages unchanged', async () => {
    await createTopic(topic, 1);
    const ids = start();
    await isUp(ids);
    const producer = new Producer(testKafkaOptions(), new Metrics(), ids);
    await producer.send([event('COUNTED'), event('UNKNOWN'), { ...event('COUNTED'), value: null }]);
    const values = (await readTopic(topic, 3)).map(({ value }) => value);
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(idIn(ids) as number, 1);
    expect(values).toEqual([Buffer.concat([prefix, Buffer.from('{"n":7}')]), Buffer.from('{"n":7}'), null]);
    await producer.onApplicationShutdown();
  });
});
