import { isSameMessage } from './same-message.mjs';
import { violationsOf } from './violation.mjs';

const violation = violationsOf('dead-letters');

/**
 * Every poison message is in exactly one dead letter of each group that handles its type, byte for byte, and told in the
 * group's topic; nothing else is a dead letter.
 * @param {import('../observer/evidence.mjs').Evidence} evidence
 */
export function checkDeadLetters({ poison, setAside, copies }) {
  const known = new Map(poison.map((one) => [one.place, one]));
  return [
    ...poison.flatMap((one) => checkPoison(one, { setAside, copies })),
    ...setAside
      .filter(({ place, group }) => !known.get(place)?.groups.includes(group))
      .map((letter) =>
        violation('set aside though it is good', {
          orderId: letter.key?.toString(),
          story: `${letter.group} ${letter.status} ${letter.place} ${letter.eventType}: ${letter.errorCode} ${letter.errorMessage}`,
        }),
      ),
  ];
}

/**
 * @param {import('../faults/poison-kinds.mjs').SentPoison} poison
 * @param {Pick<import('../observer/evidence.mjs').Evidence, 'setAside' | 'copies'>} evidence
 */
function checkPoison({ place, topic, kind, groups, message }, { setAside, copies }) {
  return groups.flatMap((group) => {
    const letters = setAside.filter((letter) => letter.group === group && letter.place === place);
    const told = copies.filter((copy) => copy.topic === `${topic}.${group}.dead-letter` && copy.place === place);
    const story = `${kind} at ${place}, group ${group}: ${letters.map(({ status }) => status).join(', ') || 'nothing'}`;
    const rules = {
      'poison swallowed': letters.length > 0,
      'poison in several dead letters': letters.length <= 1,
      'poison still tried': letters.every(({ status }) => status === 'OPEN'),
      'dead letter altered': letters.every((letter) => isSameMessage(letter, message)),
      'dead letter not told': letters.length === 0 || told.length > 0,
      'copy of a dead letter altered': told.every((copy) => isSameMessage(copy, message)),
    };
    return Object.entries(rules).flatMap(([what, holds]) => (holds ? [] : [violation(what, { story })]));
  });
}
