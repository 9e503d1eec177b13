import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '../../../tools/stack/failure.mjs';
import { poll } from '../../../tools/stack/ports.mjs';
import { topicsOf } from '../../kafka/groups.ts';
import type { Admin } from 'kafkajs';

export type Offsets = { topic: string; partitions: { partition: number; offset: string }[] }[];

const EMPTY_MS = 30_000;
const LOADED_MS = 60_000;

export const committedOffsets = (admin: Admin, group: string): Promise<Offsets> =>
  whenLoaded(() => admin.fetchOffsets({ groupId: group, topics: topicsOf(group) }));

/**
 * @param group its replicas are being stopped
 * @param offsets a partition without a committed offset is read from its beginning
 */
export async function setOffsets(admin: Admin, group: string, offsets: Offsets) {
  if (!(await poll(() => isEmpty(admin, group), { timeoutMs: EMPTY_MS })))
    throw new Failure(`group ${group} is not empty`);
  for (const { topic, partitions } of offsets) {
    const given = partitions.map(({ partition, offset }) => ({
      partition,
      offset: String(Math.max(0, Number(offset))),
    }));
    await whenLoaded(() => admin.setOffsets({ groupId: group, topic, partitions: given }));
  }
}

/** A killed replica is a member until its session times out. */
async function isEmpty(admin: Admin, group: string) {
  const { groups } = await whenLoaded(() => admin.describeGroups([group]));
  return groups[0]?.state === 'Empty';
}

/** A broker that has just started refuses requests for its groups until it has loaded them, and kafkajs does not try again. */
async function whenLoaded<Result>(request: () => Promise<Result>): Promise<Result> {
  for (const deadline = Date.now() + LOADED_MS; ; await delay(200)) {
    try {
      return await request();
    } catch (error) {
      if (!(error as { retriable?: boolean }).retriable || Date.now() > deadline) throw error;
    }
  }
}
