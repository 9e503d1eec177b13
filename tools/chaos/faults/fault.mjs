/**
 * @typedef {object} World What faults may touch
 * @property {import('../system/system.mjs').System} system
 * @property {import('kafkajs').Kafka} kafka reached beside the proxies
 * @property {import('../observer/witness.mjs').Witness} witness
 */
/** @typedef {Record<string, any> & { durationMs: number }} Details drawn when the run is planned, so that a seed repeats them */
/**
 * @typedef {object} Fault
 * @property {string} name
 * @property {string} about in a few words
 * @property {(random: () => number, shape: Shape) => Details} draw
 * @property {(world: World, details: Details) => Promise<() => Promise<void>>} strike answers with what ends it, called
 *   after `durationMs`
 */
/** @typedef {{ replicas: number, brokers: number }} Shape of the system */

/**
 * @param {() => number} random
 * @param {number} from
 * @param {number} to
 * @returns {number} a whole number, both ends included
 */
export const between = (random, from, to) => from + Math.floor(random() * (to - from + 1));

/**
 * @template T
 * @param {() => number} random
 * @param {readonly T[]} list
 * @returns {T}
 */
export const oneOf = (random, list) => list[Math.floor(random() * list.length)];

export const SERVICES = ['order-service', 'inventory-service', 'notification-service'];

/**
 * Whom a fault concerns: one replica, all of a service, or (seldom) all services.
 * @param {() => number} random
 * @param {Shape} shape
 * @returns {string[]} names
 */
export function drawReplicas(random, { replicas }) {
  const service = oneOf(random, SERVICES);
  const chance = random();
  if (chance < 0.6) return [`${service}-${between(random, 1, replicas)}`];
  const concerned = chance < 0.85 ? [service] : SERVICES;
  return concerned.flatMap((name) => Array.from({ length: replicas }, (_, index) => `${name}-${index + 1}`));
}

/**
 * @param {World} world
 * @param {string[]} names
 */
export const replicasOf = ({ system }, names) => system.replicas.filter(({ name }) => names.includes(name));
