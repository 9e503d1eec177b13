import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { services } from '../../../tools/stack/environment.mjs';
import { SERVICE_MEMORY } from '../../../tools/stack/service-memory.mjs';

const ROOT = new URL('../../../', import.meta.url);

/** What the image itself sets: the ENV of the last stage. */
function environmentOf(service: string): Record<string, string | undefined> {
  const dockerfile = readFileSync(new URL(`apps/${service}/Dockerfile`, ROOT), 'utf8');
  const image = dockerfile.split(/^FROM .*$/m).at(-1) ?? '';
  const pairs = [...image.matchAll(/^ENV (.+)$/gm)].flatMap(([, line = '']) => line.split(' '));
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2)));
}

describe.each(services)('the image of $name', ({ name, port }) => {
  const environment = environmentOf(name);

  it('listens on all addresses of its container, since a service by itself listens on 127.0.0.1', () => {
    expect(environment).toMatchObject({ HOST: '0.0.0.0', PORT: String(port) });
  });

  it('answers to its own name, which compose and Prometheus call it by', () => {
    expect(environment['ALLOWED_HOSTS']?.split(',')).toContain(name);
  });

  it('gives memory back as a service does that npm start has started', () => {
    expect(environment).toMatchObject(SERVICE_MEMORY);
  });
});
