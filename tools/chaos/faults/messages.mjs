import { producerOf } from '../observer/kafka.mjs';
import { between } from './fault.mjs';
import { EXPENSIVE_NAMES } from './expensive-kinds.mjs';
import { drawPoison, makePoison } from './poison-kinds.mjs';

/** @typedef {import('./fault.mjs').Fault} Fault */

/** @type {Fault} */
export const duplicate = {
  name: 'duplicate',
  about: 'real events of the last time are sent again, byte for byte',
  draw: (random) => ({ count: between(random, 20, 200), from: random(), durationMs: 0 }),
  strike: async ({ kafka, witness }, { count, from }) => {
    const events = witness.recent.filter(Boolean);
    const start = Math.floor(from * events.length);
    await send(kafka, [...events.slice(start), ...events.slice(0, start)].slice(0, count));
    return async () => {};
  },
};

/** @type {Fault} */
export const poison = {
  name: 'poison',
  about: 'messages that nobody can handle, of several kinds, between good ones',
  draw: (random) => ({
    messages: Array.from({ length: between(random, 5, 15) }, () => drawPoison(random)),
    durationMs: 0,
  }),
  strike: async ({ kafka }, { messages }) => {
    await send(kafka, messages.map(makePoison));
    return async () => {};
  },
};

/** @type {Fault} */
export const expensivePoison = {
  name: 'expensive-poison',
  about:
    'messages that are dear to read, of a megabyte and of what is still read, while no replica has more than 400 MB of heap',
  draw: (random) => ({
    messages: Object.values(EXPENSIVE_NAMES).flatMap((kinds) =>
      Array.from({ length: between(random, 5, 10) }, () => drawPoison(random, kinds)),
    ),
    durationMs: 0,
  }),
  strike: poison.strike,
};

/**
 * @param {import('kafkajs').Kafka} kafka
 * @param {(import('kafkajs').Message & { topic: string })[]} messages
 */
async function send(kafka, messages) {
  const producer = producerOf(kafka);
  await producer.connect();
  try {
    for (const { topic, key, value, headers } of messages) {
      await producer.send({ topic, messages: [{ key, value, headers }] });
    }
  } finally {
    await producer.disconnect();
  }
}
