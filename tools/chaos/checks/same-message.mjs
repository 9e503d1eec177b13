/** @typedef {Buffer | string | null | undefined} Content */
/** @typedef {{ key: Content, value: Content, headers: Record<string, Content | Content[]> }} Message */

/**
 * Whether a message is another byte for byte. The headers that a copy has gained are left aside.
 * @param {Message} one
 * @param {Message} other
 */
export function isSameMessage(one, other) {
  return same(one.key, other.key) && same(one.value, other.value) && text(one.headers) === text(other.headers);
}

/**
 * @param {Content} one
 * @param {Content} other
 */
const same = (one, other) => hex(one) === hex(other);

/** @param {Content} content */
const hex = (content) => (content === null || content === undefined ? 'null' : Buffer.from(content).toString('hex'));

/** @param {Message['headers']} headers */
function text(headers) {
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith('dead_letter_'))
    .map(([name, value]) => `${name}=${(Array.isArray(value) ? value : [value]).map(hex).join()}`)
    .sort()
    .join(' ');
}
