import { topology } from '../../deploy/topology.mjs';
import { authorizationOf, LOOPBACK } from '../stack/given-token.mjs';
import { Refused, Unreachable, UsageError } from './errors.mjs';

/** The services of the topology, at the ports of `npm start` and compose. */
export const SERVICES = topology.services.map(({ name, port }) => ({
  name: name.replace(/-service$/, ''),
  url: `http://localhost:${port}`,
}));
const PAGE = 200;

/** @typedef {{ name: string, url: string }} Service */

/**
 * @param {string | undefined} wanted a name, with or without `-service`, or an address; undefined for all services
 * @returns {Service[]}
 */
export function servicesOf(wanted) {
  if (wanted === undefined) return SERVICES;
  const named = SERVICES.find(({ name }) => name === wanted || `${name}-service` === wanted);
  if (named) return [named];
  if (/^https?:\/\//.test(wanted) && URL.canParse(wanted)) {
    return [{ name: new URL(wanted).host, url: wanted.replace(/\/+$/, '') }];
  }
  throw new UsageError(`--service is ${SERVICES.map(({ name }) => name).join(', ')} or an address, not ${wanted}`);
}

/**
 * @param {Service} service
 * @param {string} path
 * @param {{ method?: string, body?: object }} [options]
 * @returns {Promise<any>} the body of the response
 * @throws {Refused | Unreachable | UsageError}
 */
export async function request({ name, url }, path, { method = 'GET', body } = {}) {
  const headers = { ...authorizationFor(url), ...(body && { 'content-type': 'application/json' }) };
  let response, text;
  try {
    response = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (error) {
    const { cause, message } = /** @type {Error & { cause?: NodeJS.ErrnoException }} */ (error);
    throw new Unreachable(`${name} can't be reached at ${url}: ${cause?.code ?? cause?.message ?? message}`);
  }
  const answer = parsed(text);
  if (answer === undefined) throw new Unreachable(`${url} answers ${response.status} without JSON: is it a service?`);
  if (response.ok) return answer;
  if (answer.errors)
    answer.detail = answer.errors.map((/** @type {{ detail: string }} */ { detail }) => detail).join('; ');
  throw new Refused({ ...answer, status: response.status });
}

/**
 * @param {string} url
 * @returns {Record<string, string>} the header with the operator's token
 * @throws {UsageError} where its file cannot be read, or everybody on the way to another machine could
 */
function authorizationFor(url) {
  const { protocol, hostname } = new URL(url);
  const header = given();
  if (header['authorization'] && protocol === 'http:' && !LOOPBACK.test(hostname))
    throw new UsageError(`the token is sent to another machine by https alone, not to ${url}`);
  return header;
}

function given() {
  try {
    return authorizationOf(process.env);
  } catch (error) {
    throw new UsageError(/** @type {Error} */ (error).message);
  }
}

/**
 * @param {Service} service
 * @param {string} path
 * @param {{ query?: Record<string, string>, limit: number }} options
 * @returns {Promise<any[]>} up to `limit` entries, from as many pages as needed
 */
export async function readPages(service, path, { query = {}, limit }) {
  const entries = [];
  let cursor = null;
  do {
    const size = String(Math.min(PAGE, limit - entries.length));
    const parameters = new URLSearchParams({ ...query, limit: size, ...(cursor && { cursor }) });
    const page = await request(service, `${path}?${parameters}`);
    entries.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor && entries.length < limit);
  return entries;
}

/**
 * @param {Service[]} services
 * @param {string} id
 * @returns {Promise<Service>} the one that has this dead letter
 * @throws {Refused | Unreachable} if none has it; `Unreachable` if a service could not be reached
 */
export async function ownerOf(services, id) {
  const [only, ...others] = services;
  if (only && others.length === 0) return only;
  const failures = [];
  for (const service of services) {
    try {
      await request(service, `/dead-letters/${encodeURIComponent(id)}`);
      return service;
    } catch (error) {
      failures.push(error);
    }
  }
  throw failures.find((error) => !(error instanceof Refused && error.problem.status === 404)) ?? failures[0];
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
