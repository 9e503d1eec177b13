/** The id of the service's consumer group: a `string`. */
export const CONSUMER_GROUP = Symbol('ConsumerGroup');
