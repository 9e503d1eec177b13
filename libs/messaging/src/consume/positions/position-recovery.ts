import { Logger } from '@nestjs/common';
import { Poller } from '@orderflow/concurrency';
import type { Consumer, Kafka } from 'kafkajs';
import { PositionLost } from '../../envelope/message-errors.js';
import { partitionOf } from '../../envelope/message.js';
import { withAdmin } from '../../kafka/with-admin.js';
import type { ConsumerWatch } from '../group/consumer-watch.js';
import type { PartitionPositions } from './partition-positions.js';
import type { PartitionId } from './positions.repository.js';

const POLLING_INTERVAL_MS = 5_000;

export interface PositionRecoveryOptions {
  readonly kafka: Kafka;
  readonly groupId: string;
  readonly topics: () => string[];
  readonly positions: PartitionPositions;
  readonly watch: ConsumerWatch;
  readonly onPositionLost: (error: PositionLost) => void;
}

/**
 * Sends a consumer back to where the database is, in partitions whose offsets Kafka has ahead of it (ADR 0018): with each
 * assignment, and again where the database was unavailable then. A database that is restored while the consumer runs is
 * found within seconds, also when nothing is consumed.
 */
export class PositionRecovery {
  private readonly logger = new Logger('PositionRecovery');
  private comparison = Promise.resolve();
  /** Assigned partitions whose positions have not been compared yet. */
  private uncompared: readonly PartitionId[] | undefined;

  constructor(private readonly options: PositionRecoveryOptions) {}

  /** Resolves when it is known where to go on in what was assigned last, or that it cannot be known now. */
  whenCompared(): Promise<void> {
    return this.comparison;
  }

  /** With each assignment. */
  takeOver(consumer: Consumer, partitions: readonly PartitionId[]): void {
    this.options.positions.clear();
    this.uncompared = partitions;
    this.comparison = this.goBack(consumer, partitions).catch((error: Error) => {
      if (this.uncompared === partitions) this.options.watch.assign([]);
      this.logger.debug(`Cannot compare positions yet: ${error.message}`);
    });
  }

  /** Looks for restored databases while a consumer runs. @returns what ends it */
  watchFor(consumer: Consumer): () => void {
    const poller = new Poller(() => this.look(consumer), {
      intervalMs: POLLING_INTERVAL_MS,
      onFailure: () => undefined, // the next batch or look reports it
    });
    poller.start();
    return () => void poller.stop();
  }

  private async look(consumer: Consumer): Promise<void> {
    if (this.uncompared) await this.goBack(consumer, this.uncompared);
    const regression = await this.options.positions.regression();
    if (regression) this.options.onPositionLost(new PositionLost(regression));
  }

  private async goBack(consumer: Consumer, partitions: readonly PartitionId[]): Promise<void> {
    const { positions, watch } = this.options;
    const committed = await this.committedOffsets();
    const behind = await positions.toGoBack(partitions, committed);
    if (this.uncompared !== partitions) return; // assigned anew meanwhile, or done
    this.uncompared = undefined;
    for (const { topic, partition, offset, committed: ahead } of behind) {
      const name = partitionOf({ topic, partition });
      this.logger.warn(`${name} goes back from offset ${ahead} to ${offset}, where the database is`);
      consumer.seek({ topic, partition, offset });
    }
    watch.assign(
      partitions.flatMap((partition) => {
        // The database's first: kafkajs commits -2 before it reads on behind what was deleted.
        const offset = positions.storedOf(partition) ?? committed.get(partitionOf(partition));
        return offset === undefined || BigInt(offset) < 0n ? [] : { ...partition, offset };
      }),
    );
  }

  /** By partition, negative where there is none. */
  private async committedOffsets(): Promise<Map<string, string>> {
    const { kafka, groupId, topics } = this.options;
    const found = await withAdmin(kafka, (admin) => admin.fetchOffsets({ groupId, topics: topics() }));
    return new Map(
      found.flatMap(({ topic, partitions }) =>
        partitions.map(({ partition, offset }) => [partitionOf({ topic, partition }), offset] as const),
      ),
    );
  }
}
