import { Failure } from '../../tools/stack/failure.mjs';
import { insist } from './patience.ts';
import type { Client } from './client.ts';
import type { PlannedItem } from './plan.ts';

/** Adds the run's items. Their ids are unique, so an existing item was created by a request whose response was lost. */
export async function createCatalogue(
  client: Client,
  { inventoryUrl, items, giveUpAt }: { inventoryUrl: string; items: PlannedItem[]; giveUpAt: number },
) {
  const url = `${inventoryUrl}/inventory`;
  for (const item of items) {
    const { status, body } = await insist(`POST ${url}`, () => client.post(url, item), giveUpAt);
    if (status === 201 || status === 409) continue;
    if (status === 401 || status === 403)
      throw new Failure(`POST ${url} is answered with ${status}: ORDERFLOW_TOKEN must be a token of staff`);
    throw new Failure(`POST ${url} is answered with ${status}: ${JSON.stringify(body)}`);
  }
}
