import { setTimeout as delay } from 'node:timers/promises';
import { TOPICS, withAdmin } from '../observer/kafka.mjs';
import { between, oneOf } from './fault.mjs';

/** Less than any event has. */
const LIMIT_BYTES = 100;
const TOPIC = 2;
const SET_FOR_THE_TOPIC = 1;
/** What was under way when the limit was raised is refused, or through, by then. */
const AFTERMATH_MS = 3_000;
const PUBLISHER = { 'order-events': 'order-service', 'inventory-events': 'inventory-service' };

/** @type {import('./fault.mjs').Fault} */
export const lowerLimit = {
  name: 'lower-limit',
  about:
    'a topic takes next to nothing for seconds (max.message.bytes); then an operator has what was refused tried again',
  draw: (random) => ({ topic: oneOf(random, TOPICS), durationMs: between(random, 5_000, 10_000) }),
  strike: async ({ system, kafka }, { topic }) => {
    const before = await withAdmin(kafka, (admin) => configOf(admin, topic));
    await withAdmin(kafka, (admin) => configure(admin, topic, { ...before, 'max.message.bytes': String(LIMIT_BYTES) }));
    return async () => {
      await withAdmin(kafka, (admin) => configure(admin, topic, before));
      await delay(AFTERMATH_MS);
      const [{ url }] = system.of(PUBLISHER[topic]);
      await retryRefused(url);
    };
  },
};

/** @param {import('kafkajs').Admin} admin @param {string} topic @returns {Promise<Record<string, string>>} */
async function configOf(admin, topic) {
  const { resources } = await admin.describeConfigs({
    resources: [{ type: TOPIC, name: topic }],
    includeSynonyms: false,
  });
  const own = resources[0].configEntries.filter(({ configSource }) => configSource === SET_FOR_THE_TOPIC);
  return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
}

/** Sets exactly these: what is not named goes back to its default. */
function configure(admin, topic, config) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  return admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC, name: topic, configEntries }] });
}

/** As an operator does, page by page; what is not tried again is for the checks to name. @param {string} url of a replica */
async function retryRefused(url) {
  for (let cursor = ''; cursor !== null;) {
    const page = await ask(`${url}/outbox/rejected?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    if (!page?.ok) return;
    const { data, nextCursor } = await page.json();
    for (const { position } of data) await ask(`${url}/outbox/rejected/${position}/retry`, { method: 'POST' });
    cursor = nextCursor;
  }
}

/** @param {string} url @param {RequestInit} [options] @returns {Promise<Response | undefined>} nothing from a service that is away */
const ask = (url, options) => fetch(url, options).catch(() => undefined);
