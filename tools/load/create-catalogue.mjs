import { Failure } from '../stack/failure.mjs';
import { insist } from './patience.mjs';

/**
 * Adds the run's items. They are its own, so that one that exists already was created by a request whose answer was lost.
 * @param {import('./client.mjs').Client} client
 * @param {{ inventoryUrl: string, items: import('./plan.mjs').PlannedItem[], giveUpAt: number }} options
 */
export async function createCatalogue(client, { inventoryUrl, items, giveUpAt }) {
  const url = `${inventoryUrl}/inventory`;
  for (const item of items) {
    const { status, body } = await insist(`POST ${url}`, () => client.post(url, item), giveUpAt);
    if (status === 201 || status === 409) continue;
    throw new Failure(`POST ${url} is answered with ${status}: ${JSON.stringify(body)}`);
  }
}
