/** Jest's `globalTeardown`, the other end of global-setup.mjs. */
export default async function tearDown() {
  await /** @type {any} */ (globalThis).orderflowTestInfra?.stop();
}
