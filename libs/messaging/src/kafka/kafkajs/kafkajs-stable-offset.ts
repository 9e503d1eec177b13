import { createRequire } from 'node:module';

interface FetchedPartition {
  highWatermark: string;
  /** The offset of the first open transaction, or the high watermark; -1 if the broker does not send it. */
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
 * Uses the last stable offset as the end of a partition. kafkajs 2.2.4 uses the high watermark, although it reads only
 * committed records. The records of an open transaction and those behind it, which no consumer can read yet, would count
 * as lag until it ends (within the broker's transaction.max.timeout.ms).
 */
prototype.fetch = async function (this: Broker, ...request) {
  const fetched = await fetch.apply(this, request);
  for (const partition of fetched.responses.flatMap(({ partitions }) => partitions)) {
    const { lastStableOffset } = partition;
    if (lastStableOffset !== undefined && !lastStableOffset.startsWith('-')) partition.highWatermark = lastStableOffset;
  }
  return fetched;
};
