import { deadLetterTopic } from '../../kafka/groups.ts';
import { isSameMessage } from './same-message.ts';
import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';
import type { SentPoison } from '../faults/poison-kinds.ts';

const violation = violationsOf('dead-letters');

/**
 * Every poison message is in exactly one dead letter of each group that handles its type, byte for byte, and published in the
 * group's topic; nothing else is a dead letter.
 */
export function checkDeadLetters({ poison, parked, copies }: Evidence) {
  const known = new Map(poison.map((one) => [one.place, one]));
  return [
    ...poison.flatMap((one) => checkPoison(one, { parked, copies })),
    ...parked
      .filter(({ place, group }) => !known.get(place)?.groups.includes(group))
      .map((letter) =>
        violation('parked though it is good', {
          orderId: letter.key?.toString(),
          story: `${letter.group} ${letter.status} ${letter.place} ${letter.eventType}: ${letter.errorCode} ${letter.errorMessage}`,
        }),
      ),
  ];
}

function checkPoison(
  { place, topic, kind, groups, message }: SentPoison,
  { parked, copies }: Pick<Evidence, 'parked' | 'copies'>,
) {
  return groups.flatMap((group) => {
    const letters = parked.filter((letter) => letter.group === group && letter.place === place);
    const published = copies.filter((copy) => copy.topic === deadLetterTopic(topic, group) && copy.place === place);
    const story = `${kind} at ${place}, group ${group}: ${letters.map(({ status }) => status).join(', ') || 'nothing'}`;
    const rules = {
      'poison swallowed': letters.length > 0,
      'poison in several dead letters': letters.length <= 1,
      'poison still tried': letters.every(({ status }) => status === 'OPEN'),
      'dead letter altered': letters.every((letter) => isSameMessage(letter, message)),
      'dead letter not published': letters.length === 0 || published.length > 0,
      'copy of a dead letter altered': published.every((copy) => isSameMessage(copy, message)),
    };
    return Object.entries(rules).flatMap(([what, holds]) => (holds ? [] : [violation(what, { story })]));
  });
}
