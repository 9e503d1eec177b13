export { deadLetterTopics } from '../parking/dead-letters/dead-letter.topic.js';
export { type Handler, handlersIn, publishedIn } from './consumers.js';
export { withSchemaId } from '../envelope/wire-format.js';
export {
  committedOffsets,
  createTopic,
  eventually,
  produce,
  readTopic,
  setTopicConfig,
  testKafkaOptions,
  testMetrics,
  uniqueName,
} from './test-kafka.js';
