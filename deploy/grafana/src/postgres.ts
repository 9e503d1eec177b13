import { dashboardOfServices, graph, quantiles } from './panels.ts';

const JOB = '{job=~"$job"}';

export const postgres = dashboardOfServices(
  'orderflow-postgres',
  'Orderflow: Postgres',
  'How the services use their databases.',
)
  .withPanel(
    graph('Transactions', 'ops', [
      [
        `sum by (job, result) (rate(postgres_transaction_duration_seconds_count${JOB}[$__rate_interval]))`,
        '{{result}} ({{job}})',
      ],
    ]),
  )
  .withPanel(graph('Duration of a transaction', 's', quantiles('postgres_transaction_duration_seconds', ['job'], JOB)))
  .withPanel(
    graph('Connections', 'short', [
      [`postgres_pool_connections${JOB} - postgres_pool_idle_connections${JOB}`, 'in use ({{job}} {{instance}})'],
      [`postgres_pool_idle_connections${JOB}`, 'idle ({{job}} {{instance}})'],
      [`postgres_pool_max_connections${JOB}`, 'at most ({{job}} {{instance}})'],
    ]),
  )
  .withPanel(
    graph(
      'Waiting for a connection',
      'short',
      [[`postgres_pool_waiting_requests${JOB}`, '{{job}} {{instance}}']],
      '0, but for moments.',
    ),
  )
  .withPanel(
    graph('Failed transactions', 'percentunit', [
      ['job:postgres_transaction_failures:ratio_rate5m{job=~"$job"}', '{{job}}'],
    ]),
  );
