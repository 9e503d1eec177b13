import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { inventoryEvents } from '../inventory-events.js';
import { orderEvents } from '../order-events.js';
import { contractsOf, digests, recordedDigests } from './stored.js';

const UPDATE = 'run: npx nx run events:contract';
const root = new URL('../../', import.meta.url);
const contracts = contractsOf([orderEvents, inventoryEvents]);

interface Sample {
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly value: object;
}
const samples = globSync('samples/*/*.json', { cwd: root.pathname })
  .sort()
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, root), 'utf8')) as Sample] as const);

describe.each(contracts.map((contract) => [contract.type.type, contract] as const))('%s', (type, contract) => {
  it('can read what was written with every version of its schema', () => {
    expect(contract.breaks).toEqual([]);
  });

  it(`has its schema stored (else ${UPDATE})`, () => {
    expect(contract.versions.at(-1)).toEqual(contract.derived);
  });

  it('has a sample', () => {
    expect(samples.map(([, { headers }]) => headers['ce_type'])).toContain(type);
  });
});

describe('What is stored', () => {
  it(`is only ever added to (after adding, ${UPDATE})`, () => {
    expect(digests()).toEqual(recordedDigests());
  });

  it.each(samples)('%s is read by its class of today', (file, { headers, value }) => {
    const type = contracts.find((contract) => contract.type.type === headers['ce_type'])?.type;
    expect(file.split('/')[1]).toBe(type?.type);
    const event = plainToInstance(type as new () => object, value);
    expect(validateSync(event, { whitelist: true, forbidUnknownValues: false })).toEqual([]);
  });
});
