import { ofAccess } from './of-access.ts';
import { ofClients } from './of-clients.ts';
import { ofDelivery } from './of-delivery.ts';
import { ofOutages } from './of-outages.ts';
import { ofProcesses } from './of-processes.ts';
import { ofPublishing } from './of-publishing.ts';
import { ofStock } from './of-stock.ts';

/** All mistakes that the harness can make on purpose. */
export const SABOTAGES = [
  ...ofClients,
  ...ofStock,
  ...ofDelivery,
  ...ofPublishing,
  ...ofProcesses,
  ...ofOutages,
  ...ofAccess,
];
