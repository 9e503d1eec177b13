import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { renderTypes, SERVICES, typesOf } from '../render.ts';

it.each(SERVICES)(
  'the types of %s are what its document says (else run: npx nx run client:generate)',
  async (service) => {
    expect(readFileSync(typesOf(service), 'utf8')).toBe(await renderTypes(service));
  },
);
