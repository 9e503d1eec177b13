const ORDER_EVENTS = ['ORDER_CREATED', 'ORDER_CANCELLED', 'ORDER_FULFILLED'];
const INVENTORY_EVENTS = ['INVENTORY_RESERVED', 'INVENTORY_INSUFFICIENT'];

/**
 * Which groups consume which topics, and the types that each handles. Written down a second time on purpose: what certifies
 * the services does not read it from their code; groups.spec.ts holds it against `topology.ts`.
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

/** Where a group tells of its dead letters of a topic. */
export function deadLetterTopic(topic: string, group: string): string {
  return `${topic}.${group}.dead-letter`;
}
