import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { topologyDocument } from './topology.js';

it('deploy/topology.json is what topology.ts says (else run: npx nx run events:contract)', () => {
  const stored = readFileSync(new URL('../../../deploy/topology.json', import.meta.url), 'utf8');
  expect(JSON.parse(stored)).toEqual(topologyDocument());
});
