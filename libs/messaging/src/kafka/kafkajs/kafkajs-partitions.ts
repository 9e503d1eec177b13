import { replaceExports } from './replace-exports.js';

const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/**
 * The hash by which Kafka's clients choose a message's partition (`Utils.murmur2` of the Java client). kafkajs 2.2.4 computes it
 * with objects of 64 bits, six for every four bytes of the key.
 * @returns 32 bits, signed
 */
export function murmur2(key: unknown): number {
  const data = Buffer.isBuffer(key) ? key : Buffer.from(String(key));
  const whole = data.length & ~3;
  let h = SEED ^ data.length;
  for (let at = 0; at < whole; at += 4) {
    const k = Math.imul(data.readInt32LE(at), M);
    h = Math.imul(h, M) ^ Math.imul(k ^ (k >>> R), M);
  }
  if (whole < data.length) h = Math.imul(h ^ data.readUIntLE(whole, data.length - whole), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

interface Grouping<Message> {
  readonly topic: string;
  readonly partitionMetadata: readonly object[];
  readonly messages: readonly Message[];
  readonly partitioner: (choice: {
    readonly topic: string;
    readonly partitionMetadata: readonly object[];
    readonly message: Message;
  }) => number;
}

/**
 * A send's messages by partition, in their order. kafkajs 2.2.4 copies a partition's messages for each message.
 * @returns nothing if the topic's partitions are not known
 */
export function groupMessagesPerPartition<Message>({
  topic,
  partitionMetadata,
  messages,
  partitioner,
}: Grouping<Message>): Record<number, Message[]> {
  const groups: Record<number, Message[]> = {};
  if (partitionMetadata.length === 0) return groups;
  for (const message of messages) (groups[partitioner({ topic, partitionMetadata, message })] ??= []).push(message);
  return groups;
}

replaceExports('kafkajs/src/producer/partitioners/default/murmur2', murmur2);
replaceExports('kafkajs/src/producer/groupMessagesPerPartition', groupMessagesPerPartition);
