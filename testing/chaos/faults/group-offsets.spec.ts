import { expect, it } from '@jest/globals';
import type { Admin } from 'kafkajs';
import { committedOffsets } from './group-offsets.ts';

const OFFSETS = [{ topic: 'order-events', partitions: [] }];

/** An admin whose first requests fail. */
function adminAfter(...errors: object[]): Admin {
  const fetchOffsets = async () => {
    const error = errors.shift();
    if (error) throw Object.assign(new Error('no'), error);
    return OFFSETS;
  };
  return { fetchOffsets } as unknown as Admin;
}

it('asks again while the coordinator of a group loads it', async () => {
  const loading = { type: 'GROUP_LOAD_IN_PROGRESS', retriable: true };
  expect(await committedOffsets(adminAfter(loading, loading), 'inventory-service')).toEqual(OFFSETS);
});

it('does not ask again after another error', async () => {
  const denied = { type: 'GROUP_AUTHORIZATION_FAILED', retriable: false };
  await expect(committedOffsets(adminAfter(denied), 'inventory-service')).rejects.toThrow('no');
});
