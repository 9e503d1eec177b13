import type { INestApplication } from '@nestjs/common';
import type { BatchServer } from './consume/batch-server.js';
import { consumeBatches } from './consume/consume-batches.js';
import { SetAside } from './consume/set-aside.js';
import { CONSUMER_GROUP } from './kafka/consumer-group.js';
import { KAFKA_OPTIONS, type KafkaOptions } from './kafka/kafka.client.js';
import { PUBLISHED_TOPICS } from './kafka/kafka.module.js';
import type { PublishedTopic } from './kafka/schema-ids.js';
import type { TopicSettings } from './kafka/topics.js';
import { deadLetterTopics } from './parking/dead-letter.topic.js';

/**
 * Connects the `@EventPattern` handlers of a service that has `MessagingModule`; they run after `startAllMicroservices()`.
 * @param topicSettings of the topics to be made where they are missing: those it consumes, publishes and keeps dead letters in
 */
export function connectConsumer(app: INestApplication, topicSettings: TopicSettings): BatchServer {
  const groupId = app.get<string>(CONSUMER_GROUP);
  const published = app.get<readonly PublishedTopic[]>(PUBLISHED_TOPICS);
  return consumeBatches(app, {
    kafka: app.get<KafkaOptions>(KAFKA_OPTIONS),
    groupId,
    topicSettings,
    furtherTopics: (consumed) => [
      ...published.map(({ name }) => ({ name, ...topicSettings })),
      ...deadLetterTopics(consumed, groupId, topicSettings),
    ],
    unitOfWork: app.get(SetAside),
  });
}
