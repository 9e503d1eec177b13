import { afterEach, describe, expect, it } from '@jest/globals';
import kafkajs, { type GroupDescription, type Kafka } from 'kafkajs';
import { ConsumerWatch } from './consumer-watch.js';
import { eventually, testMetrics } from '../../testing/test-kafka.js';

const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

let watch: ConsumerWatch;
afterEach(() => watch.stop());

/** A group whose only member subscribes to `t` and has some of its partitions. */
function groupWith(partitions: readonly number[], state: GroupDescription['state'] = 'Stable'): GroupDescription {
  const member = {
    memberId: 'm',
    clientId: 'shop',
    clientHost: '/127.0.0.1',
    memberMetadata: MemberMetadata.encode({ version: 1, topics: ['t'], userData: Buffer.alloc(0) }),
    memberAssignment: MemberAssignment.encode({
      version: 1,
      assignment: { t: [...partitions] },
      userData: Buffer.alloc(0),
    }),
  };
  return { groupId: 'g', state, protocol: 'p', protocolType: 'consumer', members: [member] };
}

/** The problems that the watch reports for `group`, if topic `t` has two partitions. */
async function problemsOf(group: GroupDescription): Promise<readonly string[]> {
  let looks = 0;
  const admin = {
    connect: async () => undefined,
    disconnect: async () => void (looks += 1),
    fetchTopicOffsets: async () => [0, 1].map((partition) => ({ partition, offset: '5', low: '0', high: '5' })),
    describeGroups: async () => ({ groups: [group] }),
  };
  const kafka = { admin: () => admin } as unknown as Kafka;
  watch = new ConsumerWatch({ kafka, groupId: 'g', topics: () => ['t'], metrics: testMetrics().metrics });
  watch.start();
  watch.assign([]);
  await eventually(() => looks > 0, 'it has looked');
  return watch.problems;
}

describe('ConsumerWatch', () => {
  it('reports a partition that no member of the group reads', async () => {
    expect(await problemsOf(groupWith([0]))).toEqual(['nobody in the consumer group g reads t[1]']);
  });

  it('reports nothing if every partition has a reader', async () => {
    expect(await problemsOf(groupWith([1, 0]))).toEqual([]);
  });

  it('waits for the end of a rebalance, during which no member has a partition', async () => {
    expect(await problemsOf(groupWith([], 'PreparingRebalance'))).toEqual([]);
  });
});
