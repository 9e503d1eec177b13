import { oneOf } from '../../load/random.ts';
import type { System } from '../system/system.ts';
import type { Kafka } from 'kafkajs';
import type { Witness } from '../observer/witness.ts';
import type { Details } from './details.ts';

/** What faults may touch. */
export interface World {
  system: System;
  /** reached beside the proxies */
  kafka: Kafka;
  witness: Witness;
}

/** Methods, so that faults of different details fit one list: each gets what it has drawn itself. */
export interface Fault<Drawn extends Details = Details> {
  name: string;
  /** in a few words */
  about: string;
  draw(random: () => number, shape: Shape): Drawn;
  /** @returns what ends it, called after `durationMs` */
  strike(world: World, details: Drawn): Promise<() => Promise<void>>;
}

/** How many of each the system has. */
export interface Shape {
  replicas: number;
  brokers: number;
}

/** @returns a whole number, both ends included */
export const between = (random: () => number, from: number, to: number): number =>
  from + Math.floor(random() * (to - from + 1));

export const SERVICES = ['order-service', 'inventory-service', 'notification-service'];

/**
 * Whom a fault concerns: one replica, all of a service, or (seldom) all services.
 * @returns names
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
