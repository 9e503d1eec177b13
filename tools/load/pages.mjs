import { Failure } from '../stack/failure.mjs';
import { insist } from './patience.mjs';

/** @typedef {{ client: import('./client.mjs').Client, giveUpAt: number }} Reading */

const LIMIT = 200;

/**
 * A list that gives `{ data, nextCursor }`.
 * @param {Reading} reading
 * @param {string} url
 * @param {Record<string, string>} query
 * @returns {Promise<any[]>} the entries of all its pages
 */
export async function readCursorPages(reading, url, query) {
  const entries = [];
  let cursor;
  do {
    const page = await read(reading, listUrl(url, { ...query, ...(cursor ? { cursor } : {}) }));
    entries.push(...page.body.data);
    cursor = page.body.nextCursor;
  } while (cursor);
  return entries;
}

/**
 * A list that gives a bare array and a `Link: <…>; rel="next"`.
 * @param {Reading} reading
 * @param {string} url
 * @param {Record<string, string>} query
 * @returns {Promise<any[]>} the entries of all its pages
 */
export async function readLinkedPages(reading, url, query) {
  const entries = [];
  let next = /** @type {string | undefined} */ (listUrl(url, query));
  while (next) {
    const page = await read(reading, next);
    entries.push(...page.body);
    const target = /<([^>]*)>;\s*rel="next"/.exec(String(page.headers.link ?? ''))?.[1];
    next = target && new URL(target, url).href;
  }
  return entries;
}

/**
 * @param {Reading} reading
 * @param {string} url
 */
async function read({ client, giveUpAt }, url) {
  const answer = await insist(`GET ${url}`, () => client.get(url), giveUpAt);
  if (answer.status !== 200) throw new Failure(`GET ${url} is answered with ${answer.status}`);
  return answer;
}

/**
 * @param {string} url
 * @param {Record<string, string>} query
 */
function listUrl(url, query) {
  return `${url}?${new URLSearchParams({ ...query, limit: String(LIMIT) })}`;
}
