import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { services } from '../../../tools/stack/environment.mjs';
import { SERVICE_MEMORY } from '../../../tools/stack/service-memory.mjs';

const ROOT = new URL('../../../', import.meta.url);

interface Built {
  readonly build?: { readonly args: Readonly<Record<string, string | number>> };
}

const dockerfile = readFileSync(new URL('Dockerfile', ROOT), 'utf8');
const compose = parse(readFileSync(new URL('compose.light.yml', ROOT), 'utf8'), { merge: true }) as {
  services: Record<string, Built>;
};

/** What the image itself sets: the ENV of the last stage, with the arguments that compose builds it with. */
function environmentOf(service: string): Record<string, string | undefined> {
  const args = compose.services[service]?.build?.args ?? {};
  const image = (dockerfile.split(/^FROM .*$/m).at(-1) ?? '').replaceAll(/\$(\w+)/g, (_, name) => String(args[name]));
  const lines = [...image.matchAll(/^ENV (.+)$/gm)].map(([, line = '']) => line);
  const pairs = lines.flatMap((line) => [...line.matchAll(/(\w+)=(?:"([^"]*)"|(\S*))/g)]);
  return Object.fromEntries(pairs.map(([, name, quoted, plain]) => [name, quoted ?? plain]));
}

describe.each(services)('the image of $name', ({ name, port }) => {
  const environment = environmentOf(name);

  it('listens on all addresses of its container, since a service by itself listens on 127.0.0.1', () => {
    expect(environment).toMatchObject({ HOST: '0.0.0.0', PORT: String(port) });
  });

  it('answers to its own name, which compose and Prometheus call it by', () => {
    expect(environment['ALLOWED_HOSTS']?.split(',')).toContain(name);
  });

  it('bounds its memory as npm start does', () => {
    expect(environment).toMatchObject(SERVICE_MEMORY);
  });
});
