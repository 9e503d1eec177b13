import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Replaces what a module of kafkajs exports. Modules that have loaded it before keep the original.
 * @returns the original
 */
export function replaceExports<Exports>(path: string, replacement: Exports): Exports {
  const original = require(path) as Exports;
  const loaded = require.cache[require.resolve(path)];
  if (!loaded) throw new Error(`${path} is not in the cache of modules`);
  loaded.exports = replacement;
  return original;
}
