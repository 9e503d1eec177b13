export {
  committedOffsets,
  createTopic,
  eventually,
  produce,
  readTopic,
  testKafkaOptions,
  testMetrics,
  uniqueName,
} from './test-kafka.js';
