import { violationsOf } from './violation.mjs';

const outboxes = violationsOf('outboxes');
const lag = violationsOf('lag');

/**
 * In the end no event waits in an outbox, and none in Kafka.
 * @param {import('../observer/evidence.mjs').Evidence} evidence
 */
export function checkQuiet({ waiting }) {
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
