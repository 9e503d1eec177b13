import { dashboardOfServices, graph, quantiles } from './panels.ts';

const JOB = '{job=~"$job"}';

export const kafka = dashboardOfServices(
  'orderflow-kafka',
  'Orderflow: Kafka',
  'How events are consumed and published, and what could not be handled.',
)
  .withPanel(
    graph(
      'Lag',
      'short',
      [['job_topic:kafka_consumer_lag_messages:sum{job=~"$job"}', '{{job}} ← {{topic}}']],
      'Near 0.',
    ),
  )
  .withPanel(
    graph(
      'Age of events when they take effect',
      's',
      quantiles('event_age_seconds', ['job', 'topic'], JOB),
      'From ce_time to the commit.',
    ),
  )
  .withPanel(
    graph('Events handled', 'ops', [
      [`sum by (job, type) (rate(events_handled_total${JOB}[$__rate_interval]))`, '{{type}} ({{job}})'],
    ]),
  )
  .withPanel(
    graph(
      'Events delivered',
      'ops',
      [[`sum by (job, type) (rate(events_consumed_total${JOB}[$__rate_interval]))`, '{{type}} ({{job}})']],
      'More than is handled: types that nobody here handles, or the same again.',
    ),
  )
  .withPanel(
    graph('Not handled at once', 'ops', [
      [`sum by (job) (rate(events_parked_total${JOB}[$__rate_interval]))`, 'parked ({{job}})'],
      [`sum by (job, result) (rate(events_retried_total${JOB}[$__rate_interval]))`, 'retry {{result}} ({{job}})'],
      [`sum by (job) (rate(events_deduplicated_total${JOB}[$__rate_interval]))`, 'deduplicated ({{job}})'],
    ]),
  )
  .withPanel(
    graph(
      'Dead letters',
      'short',
      [['job_status:parked_messages:max{job=~"$job"}', '{{status}} ({{job}})']],
      'OPEN wait for an operator.',
    ),
  )
  .withPanel(graph('Messages in a batch', 'short', quantiles('kafka_consumer_batch_messages', ['job'], JOB)))
  .withPanel(
    graph('Duration of a batch', 's', quantiles('kafka_consumer_batch_duration_seconds', ['job', 'result'], JOB)),
  )
  .withPanel(
    graph('Batches', 'ops', [
      [
        `sum by (job, result) (rate(kafka_consumer_batch_duration_seconds_count${JOB}[$__rate_interval]))`,
        '{{result}} ({{job}})',
      ],
    ]),
  )
  .withPanel(
    graph('Consumers', 'short', [
      [`sum by (job) (kafka_consumer_in_group${JOB})`, 'in their group ({{job}})'],
      [`sum by (job) (increase(kafka_consumer_joins_total${JOB}[5m]))`, 'rebalances in 5 min ({{job}})'],
      [`max by (job) (kill_switch_tripped${JOB})`, 'stopped by the kill switch ({{job}})'],
    ]),
  )
  .withPanel(
    graph('Messages published', 'ops', [
      [`sum by (job, topic) (rate(kafka_producer_messages_total${JOB}[$__rate_interval]))`, '{{job}} → {{topic}}'],
    ]),
  )
  .withPanel(
    graph('Duration of a send', 's', quantiles('kafka_producer_send_duration_seconds', ['job', 'result'], JOB)),
  );
