import { Logger } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import kafkajs, { type Admin, type GroupDescription, type Kafka } from 'kafkajs';
import type { ConsumerMetrics } from './consumer.metrics.js';
import { partitionOf } from '../../envelope/message.js';
import type { PartitionId } from '../positions/positions.repository.js';
import { withAdmin } from '../../kafka/with-admin.js';

const INTERVAL_MS = 30_000;
const { MemberAssignment, MemberMetadata } = kafkajs.AssignerProtocol;

export interface ConsumerWatchOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: () => readonly string[];
  readonly metrics: ConsumerMetrics;
}

/**
 * Detects what kafkajs does not report: records that were deleted before the consumer read them, partitions that no member
 * of the group reads, and members that read other topics. Checks with each assignment, then twice a minute.
 */
export class ConsumerWatch {
  private readonly logger = new Logger('ConsumerWatch');
  /** The next offset to read, by partition, if it is known. */
  private readonly next = new Map<string, PartitionId & { readonly offset: bigint }>();
  private readonly lost = new Map<string, bigint>();
  private groupProblems: readonly string[] = [];
  private readonly poller = new Poller(() => this.look(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot read the offsets of the group: ${message}`),
  });

  constructor(private readonly options: ConsumerWatchOptions) {}

  start(): void {
    this.poller.start();
  }

  stop(): Promise<void> {
    return this.poller.stop();
  }

  /** Problems for an operator, one sentence each. Lost messages are reported until the process ends. */
  get problems(): readonly string[] {
    const lost = [...this.lost].map(([partition, count]) => `${count} messages of ${partition} were deleted unread`);
    return [...lost, ...this.groupProblems];
  }

  /** Sets, for a new assignment, the next offsets of its partitions that are known. */
  assign(starts: readonly (PartitionId & { readonly offset: string })[]): void {
    this.next.clear();
    for (const { offset, ...partition } of starts) this.expect(partition, offset);
    this.poller.wake();
  }

  /** Sets the next offset of a partition. */
  expect({ topic, partition }: PartitionId, offset: string): void {
    this.next.set(partitionOf({ topic, partition }), { topic, partition, offset: BigInt(offset) });
  }

  /** Checks at once if a batch begins behind the expected offset. The gap need not be lost records. */
  async arrive(partition: PartitionId, firstOffset: string): Promise<void> {
    const expected = this.next.get(partitionOf(partition));
    if (!expected || BigInt(firstOffset) <= expected.offset) return;
    await withAdmin(this.options.kafka, (admin) => this.findLost(admin, partition.topic)).catch((error: Error) =>
      this.logger.debug(`Cannot look for deleted records: ${error.message}`),
    );
  }

  private async look(): Promise<void> {
    await withAdmin(this.options.kafka, async (admin) => {
      const counts = new Map<string, number>();
      for (const topic of this.options.topics()) counts.set(topic, await this.findLost(admin, topic));
      const { groups } = await admin.describeGroups([this.options.groupId]);
      this.groupProblems = groups.flatMap((group) => problemsOf(group, counts));
    });
  }

  /** @returns how many partitions the topic has */
  private async findLost(admin: Admin, topic: string): Promise<number> {
    const offsets = await admin.fetchTopicOffsets(topic);
    for (const { partition, low } of offsets) {
      const name = partitionOf({ topic, partition });
      const expected = this.next.get(name);
      if (expected && BigInt(low) > expected.offset) this.say({ topic, partition }, expected.offset, BigInt(low));
    }
    return offsets.length;
  }

  private say(partition: PartitionId, expected: bigint, low: bigint): void {
    const name = partitionOf(partition);
    const count = low - expected;
    this.logger.error(
      `${count} messages of ${name} were deleted before they were read (offsets ${expected} to ${low - 1n}): ` +
        'see the runbook messages-deleted-unread',
    );
    this.lost.set(name, (this.lost.get(name) ?? 0n) + count);
    this.options.metrics.countLost(partition.topic, Number(count));
    this.expect(partition, `${low}`);
  }
}

/** @param counts of the partitions of each topic that the group has to read */
function problemsOf({ groupId, state, members }: GroupDescription, counts: ReadonlyMap<string, number>): string[] {
  if (state !== 'Stable') return [];
  const strangers = members.filter(({ memberMetadata }) => {
    const topics = MemberMetadata.decode(memberMetadata)?.topics ?? [];
    return ![...counts.keys()].every((topic) => topics.includes(topic));
  });
  const assigned = new Set(
    members.flatMap(({ memberAssignment }) =>
      Object.entries(MemberAssignment.decode(memberAssignment)?.assignment ?? {}).flatMap(([topic, partitions]) =>
        partitions.map((partition) => partitionOf({ topic, partition })),
      ),
    ),
  );
  const unread = [...counts].flatMap(([topic, count]) =>
    Array.from({ length: count }, (_, partition) => partitionOf({ topic, partition })).filter(
      (name) => !assigned.has(name),
    ),
  );
  return [
    ...strangers.map(
      ({ clientId, clientHost }) =>
        `${clientId} (${clientHost}) is in the consumer group ${groupId} and reads other topics: give each service a group of its own`,
    ),
    ...(unread.length > 0 ? [`nobody in the consumer group ${groupId} reads ${unread.slice(0, 20).join(', ')}`] : []),
  ];
}
