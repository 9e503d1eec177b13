import { mkdirSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { contractsOf, digests, recordedDigests } from './dist/contract/stored.js';
import { asyncApiDocument, topics, topologyDocument } from './dist/index.js';

/** Writes docs/reference/asyncapi.json and deploy/topology.json, and stores the schemas that are new as further versions; refuses what breaks an older one, or a stored file that changed. */
const contracts = contractsOf(topics);
const present = new Set(digests());
const refusals = [
  ...contracts.flatMap(({ breaks }) => breaks),
  ...recordedDigests().flatMap((line) => (present.has(line) ? [] : [`${line.split('  ')[1]} was changed or removed`])),
];
if (refusals.length > 0) {
  console.error(refusals.join('\n'));
  process.exit(1);
}
const url = (/** @type {string} */ path) => new URL(path, import.meta.url);
const writeJson = (/** @type {string} */ path, /** @type {object} */ content) =>
  writeFileSync(url(path), `${JSON.stringify(content, null, 2)}\n`);
for (const { folder, derived, versions } of contracts) {
  if (isDeepStrictEqual(versions.at(-1), derived)) continue;
  const file = `${folder}/${versions.length + 1}.json`;
  mkdirSync(url(folder), { recursive: true });
  writeJson(file, derived);
  console.log(`added ${file}`);
}
writeFileSync(url('contract.sha256'), `${digests().join('\n')}\n`);
writeJson('../../docs/reference/asyncapi.json', asyncApiDocument());
writeJson('../../deploy/topology.json', topologyDocument());
