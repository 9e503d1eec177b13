import { createRequire } from 'node:module';

interface FetchedPartition {
  highWatermark: string;
  /** Where the first open transaction begins, or the high watermark; -1 where the broker does not say. */
  readonly lastStableOffset?: string;
}
interface Fetched {
  readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[];
}
interface Broker {
  fetch(...request: unknown[]): Promise<Fetched>;
}

const { prototype } = createRequire(import.meta.url)('kafkajs/src/broker') as { prototype: Broker };
const { fetch } = prototype;

/**
 * Takes the last stable offset for the end of a partition. kafkajs 2.2.4 takes the high watermark, though it reads
 * committed records only: what an open transaction has written, and what stands behind it and nobody can read, would count as lag
 * until it ends (within the broker's transaction.max.timeout.ms).
 */
prototype.fetch = async function (this: Broker, ...request) {
  const fetched = await fetch.apply(this, request);
  for (const partition of fetched.responses.flatMap(({ partitions }) => partitions)) {
    const { lastStableOffset } = partition;
    if (lastStableOffset !== undefined && !lastStableOffset.startsWith('-')) partition.highWatermark = lastStableOffset;
  }
  return fetched;
};
