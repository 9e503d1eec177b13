import { violationsOf } from './violation.ts';
import type { Evidence } from '../evidence.ts';

const outboxes = violationsOf('outboxes');
const lag = violationsOf('lag');

/** At the end no event waits in an outbox or in Kafka. */
export function checkQuiet({ waiting }: Evidence) {
  return [
    ...waiting.outboxes
      .filter(({ rows }) => rows > 0)
      .map(({ service, rows, sample }) =>
        outboxes('events left in the outbox', { story: `${service}: ${rows}, such as ${sample}` }),
      ),
    ...waiting.lag
      .filter(({ behind }) => behind !== 0)
      .map(({ group, topic, partition, behind }) =>
        lag('a group has not read to the end', { story: `${group} is ${behind} behind on ${topic}[${partition}]` }),
      ),
  ];
}
