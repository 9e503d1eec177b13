/** @typedef {import('../checks/same-message.mjs').Content} Content */

/**
 * @param {any} row of a service's table of what is set aside
 * @returns {{ group: string, status: string, place: string, key: Buffer | null, value: Buffer | null, headers: Record<string, Content | Content[]>, eventType: string | null, errorCode: string | null, errorMessage: string | null }}
 */
export function toSetAside(row) {
  return {
    group: row.consumer_group,
    status: row.status,
    place: `${row.topic}[${row.partition}] ${row.offset}`,
    key: row.key,
    value: row.value,
    headers: Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [toName(name), toContent(value)])),
    eventType: row.event_type,
    errorCode: row.error_code,
    errorMessage: row.error_message,
  };
}

const ENCODED = 'base64:';

/** @param {string} name of a header as the services keep it: as it is, or what Postgres can't keep as base64 */
function toName(name) {
  return name.startsWith(ENCODED) ? Buffer.from(name.slice(ENCODED.length), 'base64').toString() : name;
}

/**
 * A header as the services keep it: text as it is, bytes as base64, a list of them.
 * @param {any} value
 * @returns {Content | Content[]}
 */
function toContent(value) {
  if (Array.isArray(value)) return /** @type {Content[]} */ (value.map(toContent));
  return value?.base64 === undefined ? value : Buffer.from(value.base64, 'base64');
}

/**
 * @param {import('./witness.mjs').Bytes} copy of a dead letter, in the group's topic
 * @returns {{ topic: string, place: string, key: Content, value: Content, headers: Record<string, Content | Content[]> }} `place` is that of the original
 */
export function toCopy({ topic, key, value, headers }) {
  const { dead_letter_topic: from, dead_letter_partition: partition, dead_letter_offset: offset } = headers;
  return { topic, place: `${from}[${partition}] ${offset}`, key, value, headers };
}
