import { InventoryInsufficient, inventoryEvents, InventoryReserved } from './inventory-events.js';
import { OrderCancelled, OrderCreated, orderEvents, OrderFulfilled, OrderPartiallyFulfilled } from './order-events.js';
import type { EventClass, Topic } from './topic.js';

type AnyTopic = Topic<readonly EventClass[]>;

/** The role of a service in the topology. */
export interface ServiceTopology<Name extends string = string> {
  /** Also its consumer group, its user in Kafka, its host in compose and its job in Prometheus. */
  readonly name: Name;
  /** Where it listens unless `PORT` says otherwise. */
  readonly port: number;
  readonly publishes: readonly AnyTopic[];
  /** It skips other events of the same topics. */
  readonly handles: readonly EventClass[];
}

const services = [
  {
    name: 'order-service',
    port: 3001,
    publishes: [orderEvents],
    handles: [InventoryReserved, InventoryInsufficient],
  },
  {
    name: 'inventory-service',
    port: 3002,
    publishes: [inventoryEvents],
    handles: [OrderCreated, OrderCancelled, OrderPartiallyFulfilled, OrderFulfilled],
  },
  {
    name: 'notification-service',
    port: 3003,
    publishes: [],
    handles: [
      OrderCreated,
      OrderCancelled,
      OrderPartiallyFulfilled,
      OrderFulfilled,
      InventoryReserved,
      InventoryInsufficient,
    ],
  },
] as const satisfies readonly ServiceTopology[];

export type ServiceName = (typeof services)[number]['name'];

/**
 * The only source of which service publishes and handles which events. Files that cannot import it read
 * `deploy/topology.json`, which is generated from it, or are compared with it by a test.
 */
export const topology: readonly ServiceTopology<ServiceName>[] = services;

/** Every topic to which events are published. */
export const topics: readonly AnyTopic[] = topology.flatMap(({ publishes }) => publishes);

/** The topics of the events that a service handles. */
export function consumedBy({ handles }: ServiceTopology): AnyTopic[] {
  return topics.filter(({ types }) => types.some((type) => handles.includes(type)));
}

/** Where a service publishes copies of its dead letters of a topic. libs/messaging has the same rule for any consumer group. */
export function deadLetterTopicOf(topic: Pick<AnyTopic, 'name'>, service: Pick<ServiceTopology, 'name'>): string {
  return `${topic.name}.${service.name}.dead-letter`;
}

/** The topology in names alone, as `deploy/topology.json` holds it. */
export function topologyDocument() {
  return {
    topics: Object.fromEntries(topics.map(({ name, types }) => [name, types.map(({ type }) => type)])),
    services: topology.map((service) => ({
      name: service.name,
      port: service.port,
      publishes: service.publishes.map(({ name }) => name),
      consumes: consumedBy(service).map(({ name }) => name),
      handles: service.handles.map(({ type }) => type),
      deadLetterTopics: consumedBy(service).map((topic) => deadLetterTopicOf(topic, service)),
    })),
  };
}
