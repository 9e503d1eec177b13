import { cut, list, plain, table } from './format.mjs';

const LONGEST_VALUE = 2_000;

/** @typedef {any} Answer the response of a service, as in its OpenAPI document */

/** @param {Answer} letter */
export function describe(letter) {
  const { history, acts, headers, value, valueEncoding, errorStack } = letter;
  return [
    list([
      ['id', letter.id],
      ['status', letter.status],
      ['waits behind', letter.behind],
      ['place', `${letter.topic}[${letter.partition}] offset ${letter.offset}, ${letter.timestamp}`],
      ['key', named(letter.key, letter.keyEncoding)],
      ['type', letter.eventType],
      ['error', letter.errorCode && `${letter.errorCode}: ${letter.errorMessage}`],
      ['tried', `${letter.attempts} times`],
      ['parked', letter.parkedAt],
    ]),
    headers
      ? `headers\n${table(
          ['  NAME', 'VALUE'],
          headers.map((/** @type {Answer} */ { name, value, encoding }) => [`  ${name}`, named(value, encoding)]),
        )}`
      : 'value, headers and stack are withheld: the token lacks the scope payloads:read',
    `history\n${table(
      ['  AT', 'BY', 'ERROR', 'MESSAGE'],
      history.map((/** @type {Answer} */ each) => [
        `  ${each.at}`,
        each.by,
        each.errorCode ?? 'worked',
        each.errorMessage,
      ]),
    )}`,
    ...(acts.length > 0
      ? [
          `acts\n${table(
            ['  AT', 'ACTOR', 'ACT', 'OUTCOME', 'REASON'],
            acts.map((/** @type {Answer} */ each) => [`  ${each.at}`, each.actor, each.act, each.outcome, each.reason]),
          )}`,
        ]
      : []),
    ...(errorStack
      ? [
          `stack\n${errorStack
            .split('\n')
            .map((/** @type {string} */ line) => `  ${plain(line)}`)
            .join('\n')}`,
        ]
      : []),
    ...(headers ? [`value\n  ${cut(plain(named(value, valueEncoding)), LONGEST_VALUE)}`] : []),
  ].join('\n\n');
}

/** @param {Answer} answer */
export function describeDryRun({ writes, publishes }) {
  return [
    'works; it would change',
    writes.length > 0
      ? table(
          ['  TABLE', 'INSERTED', 'UPDATED', 'DELETED'],
          writes.map((/** @type {Answer} */ each) => [`  ${each.table}`, each.inserted, each.updated, each.deleted]),
        )
      : '  nothing',
    'and publish',
    publishes.length > 0
      ? table(
          ['  TOPIC', 'KEY', 'TYPE', 'DATA'],
          publishes.map((/** @type {Answer} */ each) => [
            `  ${each.topic}`,
            each.key,
            each.type,
            JSON.stringify(each.data),
          ]),
        )
      : '  nothing',
  ].join('\n');
}

/**
 * @param {string | null} text
 * @param {string} encoding
 */
function named(text, encoding) {
  if (text === null) return '(null)';
  return encoding === 'base64' ? `base64:${text}` : text;
}
