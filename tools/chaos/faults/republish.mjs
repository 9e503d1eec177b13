/** @typedef {{ from: Date, to: Date }} Period */

/** What an operator calls where events were lost between the services: each publishes its own again. */
const ROUTES = { 'order-service': '/orders/republish', 'inventory-service': '/reservations/republish' };

/**
 * Has every service publish its events of that time again, part by part.
 * @param {import('../system/system.mjs').System} system
 * @param {Period} period
 * @returns {Promise<string[]>} what did not work, in words
 */
export async function republishAll(system, period) {
  const refused = [];
  for (const [service, path] of Object.entries(ROUTES)) {
    const [{ url }] = system.of(service);
    await republish(`${url}${path}`, period).catch((error) => refused.push(`${path}: ${error.message}`));
  }
  return refused;
}

/** @param {string} url @param {Period} period @throws where an answer is none */
async function republish(url, period) {
  for (let body = { ...period }, remaining = true; remaining;) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status} ${text.slice(0, 200)}`);
    const done = JSON.parse(text);
    ({ remaining } = done);
    body = { ...period, after: done.lastOrderId };
  }
}
