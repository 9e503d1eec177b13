import { Failure } from '../../stack/failure.mjs';
import { poll } from '../../stack/ports.mjs';
import { GROUPS } from '../observer/kafka.mjs';

/** @typedef {{ topic: string, partitions: { partition: number, offset: string }[] }[]} Offsets */

const EMPTY_MS = 30_000;

/**
 * @param {import('kafkajs').Admin} admin
 * @param {string} group
 * @returns {Promise<Offsets>}
 */
export const committedOffsets = (admin, group) =>
  admin.fetchOffsets({ groupId: group, topics: Object.keys(GROUPS[group]) });

/**
 * @param {import('kafkajs').Admin} admin
 * @param {string} group whose replicas are told to end
 * @param {Offsets} offsets where none is committed, it begins at the beginning
 */
export async function setOffsets(admin, group, offsets) {
  if (!(await poll(() => isEmpty(admin, group), { timeoutMs: EMPTY_MS })))
    throw new Failure(`group ${group} is not empty`);
  for (const { topic, partitions } of offsets) {
    const given = partitions.map(({ partition, offset }) => ({
      partition,
      offset: String(Math.max(0, Number(offset))),
    }));
    await admin.setOffsets({ groupId: group, topic, partitions: given });
  }
}

/**
 * One that was killed is a member until its session times out.
 * @param {import('kafkajs').Admin} admin
 * @param {string} group
 */
async function isEmpty(admin, group) {
  const { groups } = await admin.describeGroups([group]);
  return groups[0].state === 'Empty';
}
