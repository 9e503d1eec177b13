import { firstOf, present } from '../../load/present.ts';
import { setTimeout as delay } from 'node:timers/promises';
import { withAdmin } from '../../kafka/connect.ts';
import { TOPICS } from '../../kafka/groups.ts';
import { type Answer, type Client, NoAnswer } from '../../load/client.ts';
import { toNoAnswer } from '../../load/patience.ts';
import { oneOf } from '../../load/random.ts';
import { between, type Fault } from './fault.ts';
import { REJECTED_EVENTS } from '../system/surface.ts';
import type { Details } from './details.ts';
import type { Admin } from 'kafkajs';

/** Smaller than any event. */
const LIMIT_BYTES = 100;
const TOPIC = 2;
const SET_FOR_THE_TOPIC = 1;
/** By then, sends in progress when the limit was raised are rejected or done. */
const AFTERMATH_MS = 3_000;
const PUBLISHER: Record<string, string> = { 'order-events': 'order-service', 'inventory-events': 'inventory-service' };

interface Limited extends Details {
  topic: string;
}

interface RejectedEvents {
  data: { position: string }[];
  nextCursor: string | null;
}

export const lowerLimit: Fault<Limited> = {
  name: 'lower-limit',
  about:
    'a topic takes next to nothing for seconds (max.message.bytes); then an operator has what was rejected tried again',
  draw: (random) => ({ topic: oneOf(random, TOPICS), durationMs: between(random, 5_000, 10_000) }),
  strike: async ({ system, kafka, operator }, { topic }) => {
    const before = await withAdmin(kafka, (admin) => configOf(admin, topic));
    await withAdmin(kafka, (admin) => configure(admin, topic, { ...before, 'max.message.bytes': String(LIMIT_BYTES) }));
    return async () => {
      await withAdmin(kafka, (admin) => configure(admin, topic, before));
      await delay(AFTERMATH_MS);
      const publisher = present(PUBLISHER[topic], `the publisher of ${topic}`);
      await retryRejected(operator, firstOf(system.of(publisher), publisher).url);
    };
  },
};

async function configOf(admin: Admin, topic: string): Promise<Record<string, string>> {
  const { resources } = await admin.describeConfigs({
    resources: [{ type: TOPIC, name: topic }],
    includeSynonyms: false,
  });
  const own = firstOf(resources, topic).configEntries.filter(({ configSource }) => configSource === SET_FOR_THE_TOPIC);
  return Object.fromEntries(own.map(({ configName, configValue }) => [configName, configValue]));
}

/** Sets exactly these settings; all others return to their defaults. */
function configure(admin: Admin, topic: string, config: Record<string, string>) {
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
  return admin.alterConfigs({ validateOnly: false, resources: [{ type: TOPIC, name: topic, configEntries }] });
}

/**
 * Retries rejected events page by page, as an operator does; the checks find those that are not retried.
 * @param url of a replica
 */
async function retryRejected(operator: Client, url: string) {
  for (let cursor: string | null = ''; cursor !== null;) {
    const list: string = `${url}${REJECTED_EVENTS}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
    const page: Answer<RejectedEvents> | NoAnswer = await operator.get<RejectedEvents>(list).catch(toNoAnswer);
    if (page instanceof NoAnswer || page.status !== 200) return;
    for (const { position } of page.body.data)
      await operator.request('POST', `${url}${REJECTED_EVENTS}/${position}/retry`).catch(toNoAnswer);
    cursor = page.body.nextCursor;
  }
}
