import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../tools/stack/ports.mjs';
import { documentOf, renderTypes, SERVICES, typesOf } from './render.ts';

/** The documents say what requires a token; no key is fetched before the first one arrives. */
const SECURED = {
  AUTH: 'oauth2',
  AUTH_ISSUER: 'https://issuer.example',
  AUTH_AUDIENCE: 'orderflow',
  AUTH_JWKS_URL: 'https://issuer.example/jwks.json',
};

/** Writes docs/reference/openapi/*.json, as the built services serve them, and the types of src/generated from these. */
for (const service of SERVICES) {
  const document = await readDocument(service);
  mkdirSync(new URL('.', documentOf(service)), { recursive: true });
  writeFileSync(documentOf(service), `${JSON.stringify(document, null, 2)}\n`);
  writeFileSync(typesOf(service), await renderTypes(service));
}

/** A service serves its document without Kafka and Postgres. */
async function readDocument(service: string): Promise<unknown> {
  const port = await freePort();
  const main = fileURLToPath(new URL(`../../apps/${service}/dist/main.js`, import.meta.url));
  const nowhere = { DATABASE_URL: 'postgres://u:p@127.0.0.1:1/none', KAFKA_BROKERS: '127.0.0.1:1' };
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], PORT: String(port), ...nowhere, ...SECURED },
    stdio: 'ignore',
  });
  try {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const response = await fetch(`http://127.0.0.1:${port}/openapi.json`).catch(() => undefined);
      if (response?.ok) return await response.json();
      await delay(200);
    }
    throw new Error(`${service} serves no OpenAPI document`);
  } finally {
    child.kill('SIGKILL');
  }
}
