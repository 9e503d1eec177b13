import { readFileSync } from 'node:fs';
import { Failure } from './failure.mjs';

/** How a URL names this machine. */
export const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The header with the access token of `ORDERFLOW_TOKEN`, or of the file that `ORDERFLOW_TOKEN_FILE` names. An argument would show
 * the token to everyone on the machine.
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Record<string, string>} empty if neither is set
 * @throws {Failure} if the file cannot be read
 */
export function authorizationOf({ ORDERFLOW_TOKEN: token, ORDERFLOW_TOKEN_FILE: file }) {
  if (!token && !file) return {};
  try {
    return { authorization: `Bearer ${token || readFileSync(String(file), 'utf8').trim()}` };
  } catch (error) {
    throw new Failure(`ORDERFLOW_TOKEN_FILE cannot be read (${/** @type {NodeJS.ErrnoException} */ (error).code})`);
  }
}
