import { describe, expect, it } from '@jest/globals';
import { validatorOf } from '@orderflow/schema';
import { topics } from '../topology.js';
import { contractsOf, digests, recordedDigests, samples } from './stored.js';

const UPDATE = 'run: npx nx run events:contract';
const contracts = contractsOf(topics);

const written = samples();

describe.each(contracts.map((contract) => [contract.type.type, contract] as const))('%s', (type, contract) => {
  it('can read what was written with every version of its schema', () => {
    expect(contract.breaks).toEqual([]);
  });

  it(`has its schema stored (else ${UPDATE})`, () => {
    expect(contract.versions.at(-1)).toEqual(contract.derived);
  });

  it('has a sample', () => {
    expect(written.map(({ headers }) => headers['ce_type'])).toContain(type);
  });
});

describe('What is stored', () => {
  it(`is only ever added to (after adding, ${UPDATE})`, () => {
    expect(digests()).toEqual(recordedDigests());
  });

  it.each(written.map((sample) => [sample.file, sample] as const))(
    '%s is read by its class of today',
    (file, { headers, value }) => {
      const type = contracts.find((contract) => contract.type.type === headers['ce_type'])?.type;
      expect(file.split('/')[1]).toBe(type?.type);
      expect(validatorOf(type as new () => object, { unknownMembers: 'drop' }).violationsOf(value)).toEqual([]);
    },
  );
});
