export {
  committedOffsets,
  createTopic,
  eventually,
  produce,
  readTopic,
  testKafkaOptions,
  uniqueName,
} from './test-kafka.js';
