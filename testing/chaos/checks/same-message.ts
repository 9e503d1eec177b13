export type Content = Buffer | string | null | undefined;

export interface Message {
  key: Content;
  value: Content;
  headers: Record<string, Content | Content[]>;
}

/** Whether two messages are equal byte for byte, except for headers that a copy has in addition. */
export function isSameMessage(one: Message, other: Message) {
  return same(one.key, other.key) && same(one.value, other.value) && text(one.headers) === text(other.headers);
}

const same = (one: Content, other: Content) => hex(one) === hex(other);

const hex = (content: Content) =>
  content === null || content === undefined ? 'null' : Buffer.from(content).toString('hex');

function text(headers: Message['headers']) {
  return Object.entries(headers)
    .filter(([name]) => !name.startsWith('dead_letter_'))
    .map(([name, value]) => `${name}=${(Array.isArray(value) ? value : [value]).map(hex).join()}`)
    .sort()
    .join(' ');
}
