import { ofClients } from './of-clients.mjs';
import { ofDelivery } from './of-delivery.mjs';
import { ofOutages } from './of-outages.mjs';
import { ofProcesses } from './of-processes.mjs';
import { ofPublishing } from './of-publishing.mjs';
import { ofStock } from './of-stock.mjs';

/** All mistakes that the harness can make on purpose. */
export const SABOTAGES = [...ofClients, ...ofStock, ...ofDelivery, ...ofPublishing, ...ofProcesses, ...ofOutages];
