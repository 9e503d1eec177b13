import { deadLetterTopic } from '../../kafka/groups.ts';
import { isSameMessage } from './same-message.ts';
import { violationsOf } from './violation.ts';
import { struckBy, type UnreadRecords } from '../faults/details.ts';
import type { Evidence } from '../evidence.ts';
import type { SentPoison } from '../faults/poison-kinds.ts';

const violation = violationsOf('dead-letters');

/**
 * Every poison message is exactly one dead letter of each group that handles its type, byte for byte, and is published to
 * the group's topic; there are no other dead letters. A group has none of a message that Kafka deleted before it was read.
 */
export function checkDeadLetters({ poison, parked, copies, faults }: Evidence) {
  const known = new Map(poison.map((one) => [one.place, one]));
  const unread = struckBy(faults, 'delete-records').flatMap(({ details }) => details.unread ?? []);
  return [
    ...poison.flatMap((one) => checkPoison(one, { parked, copies, unread })),
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
  { parked, copies, unread }: Pick<Evidence, 'parked' | 'copies'> & { unread: UnreadRecords[] },
) {
  return groups.flatMap((group) => {
    const letters = parked.filter((letter) => letter.group === group && letter.place === place);
    const published = copies.filter((copy) => copy.topic === deadLetterTopic(topic, group) && copy.place === place);
    const story = `${kind} at ${place}, group ${group}: ${letters.map(({ status }) => status).join(', ') || 'nothing'}`;
    const rules = {
      'poison swallowed': letters.length > 0 || unread.some((records) => holds(records, group, message)),
      'poison in several dead letters': letters.length <= 1,
      'poison still tried': letters.every(({ status }) => status === 'OPEN'),
      'dead letter altered': letters.every((letter) => isSameMessage(letter, message)),
      'dead letter not published': letters.length === 0 || published.length > 0,
      'copy of a dead letter altered': published.every((copy) => isSameMessage(copy, message)),
    };
    return Object.entries(rules).flatMap(([what, isKept]) => (isKept ? [] : [violation(what, { story })]));
  });
}

const holds = (records: UnreadRecords, group: string, { topic, partition, offset }: SentPoison['message']) =>
  records.group === group &&
  records.topic === topic &&
  records.partition === partition &&
  records.from <= offset &&
  offset < records.to;
