import { fileURLToPath } from 'node:url';
import type { Contender } from '../contender.ts';
import { floor } from '../floor/floor.ts';
import { startScriptsOf } from '../start-script.ts';

const TSCONFIG = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));

/**
 * Nest's own Kafka transport as its documentation shows it, on the floor's tables: one transaction for each event, and what it
 * publishes is published after the commit. A crash between the two loses an event. Its decorators are compiled when it starts.
 */
export const stockNest: Contender = {
  ...floor,
  name: 'stock-nest',
  shareOfOrders: 0.1,
  startService: startScriptsOf(new URL('.', import.meta.url), ['--import=@swc-node/register/esm-register']),
  variables: () => ({ SWC_NODE_PROJECT: TSCONFIG }),
};
