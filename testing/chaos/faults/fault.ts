import { oneOf } from '../../load/random.ts';
import type { System } from '../system/system.ts';
import type { Client, Headers } from '../../load/client.ts';
import type { Kafka } from 'kafkajs';
import type { Witness } from '../observer/witness.ts';
import type { Receivers } from '../system/receivers.ts';
import type { Details } from './details.ts';

/** The parts of the system that faults may affect. */
export interface World {
  system: System;
  /** Reached directly, not through the proxies. */
  kafka: Kafka;
  witness: Witness;
  receivers: Receivers;
  /** Makes requests as operators do. */
  operator: Client;
  /** The header of their requests, empty where none is needed. */
  authorization: () => Promise<Headers>;
}

/** Methods, so that faults with different details fit into one list; each gets the details that it drew. */
export interface Fault<Drawn extends Details = Details> {
  name: string;
  /** A short description. */
  about: string;
  /** It strikes beside the others, which go on meanwhile. */
  isLasting?: true;
  draw(random: () => number, shape: Shape): Drawn;
  /** @returns a function that ends the fault, called after `durationMs` */
  strike(world: World, details: Drawn): Promise<() => Promise<void>>;
}

/** The size of the system. */
export interface Shape {
  replicas: number;
  brokers: number;
}

/** @returns an integer, both bounds included */
export const between = (random: () => number, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

export const SERVICES = ['order-service', 'inventory-service', 'notification-service'];

/**
 * Chooses the targets of a fault: one replica, all replicas of a service, or (seldom) of all services.
 * @returns their names
 */
export function drawReplicas(random: () => number, { replicas }: Shape): string[] {
  const service = oneOf(random, SERVICES);
  const chance = random();
  if (chance < 0.6) return [`${service}-${between(random, 1, replicas)}`];
  const concerned = chance < 0.85 ? [service] : SERVICES;
  return concerned.flatMap((name) => Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}`));
}

export const replicasOf = ({ system }: World, names: string[]) =>
  system.replicas.filter(({ name }) => names.includes(name));
