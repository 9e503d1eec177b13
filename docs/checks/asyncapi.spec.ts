import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { asyncApiDocument } from '@orderflow/events';

it('docs/reference/asyncapi.json is what the code says (else run: npx nx run events:contract)', () => {
  const stored = readFileSync(new URL('../reference/asyncapi.json', import.meta.url), 'utf8');
  expect(JSON.parse(stored)).toEqual(JSON.parse(JSON.stringify(asyncApiDocument())));
});
