export { BatchContext } from './batch.context.js';
export { BatchServer, type BatchServerOptions } from './batch-server.js';
export { type CloudEvent, decodeCloudEvent, encodeCloudEvent, type EventClass, identityOf } from './cloud-event.js';
export { consumeBatches } from './consume-batches.js';
export { ConsumerMetrics } from './consumer.metrics.js';
export { handles } from './event-dispatcher.js';
export { traceOf, traceOfNew } from './event-spans.js';
export { EventMetrics } from './event.metrics.js';
export { explainKafkaError } from './explain-kafka-error.js';
export type { SaslOptions, SecurityOptions, TlsOptions } from './kafka-security.js';
export type { KafkaOptions } from './kafka.client.js';
export { KafkaModule, PUBLISHED_TOPICS } from './kafka.module.js';
export { LockedByOthers } from './locked-by-others.js';
export { fieldsOf } from './message-fields.js';
export {
  bytesOf,
  type ConsumedMessage,
  headerOf,
  type HeaderValue,
  type OutgoingMessage,
  partitionOf,
  placeOf,
} from './messages.js';
export { PermanentError, TypeNotHandled } from './permanent-error.js';
export { Producer } from './producer.js';
export { isRefusedByBroker, isRefusedSender } from './refused.js';
export { type PublishedTopic, SchemaIds } from './schema-ids.js';
export type { SchemaRegistryOptions } from './schema-registry.js';
export type { TopicDefinition, TopicSettings } from './topics.js';
export {
  type BatchRun,
  type DecodedMessage,
  type PartitionId,
  PositionLost,
  type Progress,
  type ReadMessage,
  type UnitOfWork,
} from './unit-of-work.js';
