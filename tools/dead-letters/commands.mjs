import { ownerOf, readPages, request, servicesOf } from './client.mjs';
import { describe, describeDryRun } from './describe.mjs';
import { Unreachable } from './errors.mjs';
import { plain, table } from './format.mjs';

const DEAD_LETTERS = '/dead-letters';
const REJECTED = '/outbox/rejected';

/** @typedef {{ json: unknown, text: string, failure?: Error }} Output */

/**
 * @typedef {import('./client.mjs').Service} Service
 * @typedef {import('./describe.mjs').Answer} Answer
 * @typedef {(options: Answer) => Promise<Output>} Command
 * @typedef {{ service?: string, id: string }} Target
 */

/** @type {Record<string, Command>} */
export const COMMANDS = {
  list: (options) =>
    ofEach(
      options,
      DEAD_LETTERS,
      ['SERVICE', 'ID', 'STATUS', 'TRIED', 'TOPIC', 'PLACE', 'KEY', 'TYPE', 'ERROR', 'MESSAGE'],
      (entry) => [
        entry.service,
        entry.id,
        entry.status,
        entry.attempts,
        entry.topic,
        `${entry.partition}/${entry.offset}`,
        entry.key,
        entry.eventType,
        entry.errorCode,
        entry.errorMessage,
      ],
    ),

  audit: (options) =>
    ofEach(options, `${DEAD_LETTERS}/audit`, ['SERVICE', 'AT', 'ACTOR', 'ACT', 'ID', 'OUTCOME', 'REASON'], (entry) => [
      entry.service,
      entry.at,
      entry.actor,
      entry.act,
      entry.deadLetterId ?? entry.details?.position,
      entry.outcome,
      entry.reason,
    ]),

  show: (options) => ofOne(options, { path: '' }, describe),

  'dry-run': (options) =>
    ofOne(options, { path: '/replay?dryRun=true', method: 'POST' }, (answer) =>
      answer.outcome === 'WORKS'
        ? describeDryRun(answer)
        : `fails: ${plain(`${answer.errorCode} ${answer.errorMessage}`)}`,
    ),

  replay: (options) =>
    options.id
      ? ofOne(
          options,
          { path: '/replay', method: 'POST' },
          ({ id }) => `${plain(id)} is replayed; what waited behind it follows`,
        )
      : replayAll(options),

  discard: ({ reason, ...options }) =>
    ofOne(options, { path: '/discard', method: 'POST', body: { reason } }, ({ id }) => `${plain(id)} is discarded`),

  rejected: (options) =>
    ofEach(
      options,
      REJECTED,
      ['SERVICE', 'POSITION', 'ADDED', 'TOPIC', 'KEY', 'TYPE', 'BYTES', 'TRIED', 'NEXT', 'REJECTION'],
      (entry) => [
        entry.service,
        entry.position,
        entry.addedAt,
        entry.topic,
        entry.key,
        entry.eventType,
        entry.bytes,
        entry.rejections,
        entry.nextAttemptAt,
        entry.rejection,
      ],
    ),

  'retry-rejected': (options) =>
    ofRejected(options, { act: 'retry' }, ({ position }) => `${plain(position)} is tried again`),

  'discard-rejected': ({ reason, ...options }) =>
    ofRejected(
      options,
      { act: 'discard', body: { reason } },
      ({ position }) => `${plain(position)} is discarded; what waits behind it is published`,
    ),
};

/**
 * Queries every service, and returns the entries of those that could be reached.
 * @param {{ service?: string, filter?: Record<string, string>, limit: number }} options
 * @param {string} path
 * @param {string[]} columns
 * @param {(entry: Answer) => unknown[]} rowOf
 * @returns {Promise<Output>}
 */
async function ofEach({ service, filter, limit }, path, columns, rowOf) {
  const entries = [];
  let failure;
  for (const each of servicesOf(service)) {
    try {
      const found = await readPages(each, path, { query: filter, limit });
      entries.push(...found.map((entry) => ({ service: each.name, ...entry })));
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      failure ??= error;
    }
  }
  return {
    json: entries,
    text: entries.length > 0 ? table(columns, entries.map(rowOf)) : failure ? '' : 'none',
    failure,
  };
}

/**
 * @param {Target} target
 * @param {{ path: string, method?: string, body?: object }} call
 * @param {(answer: Answer) => string} describeAnswer
 * @returns {Promise<Output>}
 */
async function ofOne({ service, id }, { path, method, body }, describeAnswer) {
  const owner = await ownerOf(servicesOf(service), id);
  const answer = await request(owner, `${DEAD_LETTERS}/${encodeURIComponent(id)}${path}`, { method, body });
  const failure = answer.outcome === 'FAILS' ? new Error('a replay would fail') : undefined;
  return { json: { service: owner.name, ...answer }, text: describeAnswer(answer), failure };
}

/**
 * @param {{ service: string, filter: Record<string, string>, all: boolean }} options
 * @returns {Promise<Output>}
 */
async function replayAll({ service, filter, all }) {
  const [owner] = /** @type {[Service]} */ (servicesOf(service));
  const report = await request(owner, `${DEAD_LETTERS}/replay`, { method: 'POST', body: all ? { all } : filter });
  const { failure, matched, replayed, failed, skipped, remaining } = report;
  return {
    json: { service: owner.name, ...report },
    text: plain(
      `${matched} matched: ${replayed} replayed, ${failed} failed, ${skipped} skipped, ${remaining} not tried`,
    ),
    failure: failure && new Error(plain(`stopped at ${failure.id}: ${failure.errorCode} ${failure.errorMessage}`)),
  };
}

/**
 * @param {{ service: string, id: string }} target
 * @param {{ act: string, body?: object }} call
 * @param {(event: Answer) => string} describeEvent
 * @returns {Promise<Output>}
 */
async function ofRejected({ service, id }, { act, body }, describeEvent) {
  const [owner] = /** @type {[Service]} */ (servicesOf(service));
  const path = `${REJECTED}/${encodeURIComponent(id)}/${act}`;
  const event = await request(owner, path, { method: 'POST', body });
  return { json: { service: owner.name, ...event }, text: describeEvent(event) };
}
