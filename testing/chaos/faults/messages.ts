import { producerOf } from '../../kafka/connect.ts';
import { between, type Fault } from './fault.ts';
import { EXPENSIVE_NAMES } from './expensive-kinds.ts';
import type { Details } from './details.ts';
import { drawPoison, makePoison, type DrawnPoison } from './poison-kinds.ts';
import type { Kafka, Message } from 'kafkajs';

interface Repetition extends Details {
  /** The number of events. */
  count: number;
  /** Where to begin in the recent events, from 0 to 1. */
  from: number;
}

interface Drawn extends Details {
  messages: DrawnPoison[];
}

export const duplicate: Fault<Repetition> = {
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

export const poison: Fault<Drawn> = {
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

export const expensivePoison: Fault<Drawn> = {
  name: 'expensive-poison',
  about:
    'messages that are dear to read, of a megabyte and of what is still read, while no replica has more than 400 MB of heap',
  draw: (random) => ({
    messages: Object.values(EXPENSIVE_NAMES).flatMap((kinds) =>
      Array.from({ length: between(random, 5, 10) }, () => drawPoison(random, kinds)),
    ),
    durationMs: 0,
  }),
  strike: (world, details) => poison.strike(world, details),
};

async function send(kafka: Kafka, messages: (Message & { topic: string })[]) {
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
