import { Failure } from './failure.mjs';

/**
 * @param {NodeJS.ProcessEnv} environment
 * @param {string} name
 * @param {number} otherwise
 * @throws {Failure} where it is no port
 */
export function readPort(environment, name, otherwise) {
  const text = environment[name] || String(otherwise);
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new Failure(`${name} must be a port, 1 to 65535`);
}
