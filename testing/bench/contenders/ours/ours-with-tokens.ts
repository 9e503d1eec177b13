import type { Contender } from '../contender.ts';
import { openBooks, ours } from './ours.ts';

/** Our services with `AUTH=oauth2`: each order comes with its customer's token. */
export const oursWithTokens: Contender = {
  ...ours,
  name: 'ours-with-tokens',
  variables: (stage) => ({ ...ours.variables(stage), ...stage.issuer.variables }),
  headersOf: ({ issuer }, customerId) => issuer.headersOf('customer', customerId),
  openBooks: (running, stage) => openBooks(running, stage, stage.issuer.headersOf('staff')),
};
