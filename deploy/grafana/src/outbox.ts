import { dashboardOfServices, graph } from './panels.ts';

const JOB = '{job=~"$job"}';

export const outbox = dashboardOfServices(
  'orderflow-outbox',
  'Orderflow: outbox',
  'What has happened and is not told yet.',
)
  .withPanel(
    graph('Messages that wait', 'short', [
      ['job:outbox_messages:max{job=~"$job"}', '{{job}}'],
      [`max by (job) (outbox_messages_limit${JOB})`, 'limit ({{job}})'],
    ]),
  )
  .withPanel(
    graph(
      'Age of the oldest',
      's',
      [['job:outbox_oldest_age_seconds:max{job=~"$job"}', '{{job}}']],
      'Seconds at most, while Kafka is there.',
    ),
  )
  .withPanel(
    graph(
      'Published',
      'ops',
      [[`sum by (job, from) (rate(outbox_published_total${JOB}[$__rate_interval]))`, 'from {{from}} ({{job}})']],
      'From memory right after the commit, or by the relay, which takes what was left behind.',
    ),
  )
  .withPanel(
    graph(
      'Refused by Kafka',
      'short',
      [[`max by (job) (outbox_rejected_messages${JOB})`, '{{job}}']],
      'Each holds its key back: GET /outbox/rejected.',
    ),
  )
  .withPanel(
    graph('Sends', 'ops', [
      [
        `sum by (job, result) (rate(kafka_producer_send_duration_seconds_count${JOB}[$__rate_interval]))`,
        '{{result}} ({{job}})',
      ],
    ]),
  );
