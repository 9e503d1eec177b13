import { Logger } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Consumer, TopicPartitionOffset } from 'kafkajs';
import { partitionOf } from '../../envelope/message.js';
import type { PartitionId } from '../positions/positions.repository.js';

const INTERVAL_MS = 500;

/**
 * Commits a consumer's offsets to Kafka twice a second, because the database has the positions that count (ADR 0018). What
 * was settled after the last commit is delivered again to the next owner of its partition, and the inbox drops it.
 */
export class OffsetCommits {
  private readonly logger = new Logger('OffsetCommits');
  private readonly uncommitted = new Map<string, TopicPartitionOffset>();
  private readonly poller = new Poller(() => this.commit(), {
    intervalMs: INTERVAL_MS,
    onFailure: ({ message }) => this.logger.debug(`Cannot commit offsets: ${message}`),
  });

  constructor(private readonly consumer: Consumer) {
    this.poller.start();
  }

  /** Forgets what is not committed; call it with each assignment. */
  clear(): void {
    this.uncommitted.clear();
  }

  /** Has the partition continue with the record at `offset` when it is assigned again. */
  add({ topic, partition }: PartitionId, offset: string): void {
    this.uncommitted.set(partitionOf({ topic, partition }), { topic, partition, offset });
  }

  /** Commits the rest. */
  async stop(): Promise<void> {
    await this.poller.stop();
    await this.commit().catch(({ message }: Error) => this.logger.debug(`Cannot commit offsets: ${message}`));
  }

  private async commit(): Promise<void> {
    const offsets = [...this.uncommitted.values()];
    if (offsets.length === 0) return;
    await this.consumer.commitOffsets(offsets);
    for (const committed of offsets) {
      const name = partitionOf(committed);
      if (this.uncommitted.get(name) === committed) this.uncommitted.delete(name);
    }
  }
}
