import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AUDIENCE, CUSTOMER_CLAIM, DOCS_CLIENT } from '../issuer/roles.mjs';
import { root, stateDir, workspaceEnvironment } from './paths.mjs';
import { startGroup } from './process-group.mjs';
import { readPort } from './read-port.mjs';
import { waitUntilUp } from './wait-until-up.mjs';
import { whyNotUp } from './why-not-up.mjs';

const START_TIMEOUT_MS = 60_000;
const HOUR = 3_600;
const script = fileURLToPath(new URL('../issuer/issuer.mjs', import.meta.url));

export const issuerDir = path.join(stateDir, 'issuer');

/** @param {NodeJS.ProcessEnv} environment */
export const issuerPort = (environment) => readPort(environment, 'ISSUER_PORT', 3009);

/**
 * @param {number} port of the local issuer
 * @returns {Record<string, string>} that makes a service demand its tokens
 */
export function authVariables(port) {
  const issuer = `http://localhost:${port}`;
  return {
    AUTH: 'oauth2',
    AUTH_ISSUER: issuer,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_URL: `${issuer}/jwks`,
    AUTH_CUSTOMER_CLAIM: CUSTOMER_CLAIM,
    AUTH_AUTHORIZATION_URL: `${issuer}/auth`,
    AUTH_TOKEN_URL: `${issuer}/token`,
    AUTH_DOCS_CLIENT_ID: DOCS_CLIENT,
  };
}

/**
 * Starts the issuer of `tools/issuer`, for this machine alone.
 * @param {{ port: number, origins: readonly string[], logFile: string, folder?: string, tokenSeconds?: number }} options the
 *   origins are those of the pages at `/docs`; the folder keeps its key and the secret of its clients; so long its tokens are valid
 * @throws {import('./failure.mjs').Failure} when it does not answer within a minute or exits before
 */
export async function startLocalIssuer({ port, origins, logFile, folder = issuerDir, tokenSeconds = HOUR }) {
  const group = startGroup('node', [script, String(port), folder, String(tokenSeconds), ...origins], {
    name: 'issuer',
    cwd: root,
    env: workspaceEnvironment(),
    output: { file: logFile },
  });
  const probe = () => whyNotUp(`http://localhost:${port}/jwks`);
  await waitUntilUp({ what: `the local issuer on port ${port}`, group, probe, timeoutMs: START_TIMEOUT_MS, logFile });
  return group;
}
