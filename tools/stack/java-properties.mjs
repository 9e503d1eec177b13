/**
 * @param {Record<string, string | number | boolean>} properties
 * @returns {string} as `java.util.Properties` reads them from a stream: Latin-1, so that everything beyond ASCII is `\uXXXX`
 */
export const formatProperties = (properties) =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${escaped(String(value))}\n`)
    .join('');

/** @param {string} value */
const escaped = (value) =>
  value
    .replaceAll('\\', '\\\\')
    .replace(/^ /, '\\ ')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
