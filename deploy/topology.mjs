import { readFileSync } from 'node:fs';

/**
 * @typedef {object} ServiceTopology
 * @property {string} name
 * @property {number} port
 * @property {string[]} publishes topics
 * @property {string[]} consumes topics
 * @property {string[]} handles types of events
 * @property {string[]} deadLetterTopics
 */

/**
 * libs/events/src/topology.ts, for what runs before anything is installed: `npx nx run events:contract` writes topology.json.
 * @type {{ topics: Record<string, string[]>, services: ServiceTopology[] }}
 */
export const topology = JSON.parse(readFileSync(new URL('topology.json', import.meta.url), 'utf8'));
