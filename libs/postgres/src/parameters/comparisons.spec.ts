import { expect, it } from '@jest/globals';
import { StatementParameters } from './comparisons.js';

it('compares what is present, null included, and numbers the parameters', () => {
  const parameters = new StatementParameters();
  expect(parameters.compare({ 'status =': 'OPEN', 'topic =': undefined, 'created_at >=': null })).toEqual([
    'status = $1',
    'created_at >= $2',
  ]);
  expect(parameters.add('7', 'bigint')).toBe('$3::bigint');
  expect(parameters.values).toEqual(['OPEN', null, '7']);
});

it('makes no conditions of no comparisons', () => {
  expect(new StatementParameters().compare({})).toEqual([]);
});
