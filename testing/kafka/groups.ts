const ORDER_EVENTS = ['ORDER_CREATED', 'ORDER_CANCELLED', 'ORDER_PARTIALLY_FULFILLED', 'ORDER_FULFILLED'];
const INVENTORY_EVENTS = ['INVENTORY_RESERVED', 'INVENTORY_INSUFFICIENT'];

/**
 * The groups with their topics and the types that each handles. This repeats `topology.ts` on purpose, so that the harnesses
 * do not depend on the code that they verify; apps/e2e/src/topology.spec.ts compares the two.
 */
const GROUPS: Record<string, Record<string, string[]>> = {
  'order-service': { 'inventory-events': INVENTORY_EVENTS },
  'inventory-service': { 'order-events': ORDER_EVENTS },
  'notification-service': { 'order-events': ORDER_EVENTS, 'inventory-events': INVENTORY_EVENTS },
};

export const TOPICS = ['order-events', 'inventory-events'];

export const GROUP_NAMES = Object.keys(GROUPS);

/** @throws {RangeError} for a group that does not exist */
export const topicsOf = (group: string): string[] => Object.keys(handledBy(group));

/**
 * @returns types by topic
 * @throws {RangeError} for a group that does not exist
 */
export function handledBy(group: string): Record<string, string[]> {
  const types = GROUPS[group];
  if (!types) throw new RangeError(`There is no group ${group}`);
  return types;
}

export const DEAD_LETTER_TOPICS = GROUP_NAMES.flatMap((group) =>
  topicsOf(group).map((topic) => deadLetterTopic(topic, group)),
);

/** The topic for a group's dead letters of a topic. */
export function deadLetterTopic(topic: string, group: string): string {
  return `${topic}.${group}.dead-letter`;
}
