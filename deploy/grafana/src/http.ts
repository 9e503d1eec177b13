import { dashboardOfServices, graph, quantiles } from './panels.ts';

/** Without what machines ask. */
const SELECTOR = '{job=~"$job", route!~"/(health|metrics|docs|openapi).*"}';

export const http = dashboardOfServices('orderflow-http', 'Orderflow: HTTP', 'How clients are answered.')
  .withPanel(
    graph('Requests', 'reqps', [
      [`sum by (job) (rate(http_request_duration_seconds_count${SELECTOR}[$__rate_interval]))`, '{{job}}'],
    ]),
  )
  .withPanel(
    graph('Answers by status', 'reqps', [
      [`sum by (status) (rate(http_request_duration_seconds_count${SELECTOR}[$__rate_interval]))`, '{{status}}'],
    ]),
  )
  .withPanel(graph('Duration', 's', quantiles('http_request_duration_seconds', ['job'], SELECTOR)))
  .withPanel(
    graph(
      'Failed requests',
      'percentunit',
      [['job:http_request_errors:ratio_rate5m{job=~"$job"}', '{{job}}']],
      'The share that is answered with 5xx, over five minutes.',
    ),
  )
  .withPanel(
    graph('Requests by route', 'reqps', [
      [
        `sum by (job, method, route) (rate(http_request_duration_seconds_count${SELECTOR}[$__rate_interval]))`,
        '{{method}} {{route}} ({{job}})',
      ],
    ]),
  )
  .withPanel(
    graph('Slowest hundredth by route', 's', [
      ['job_route:http_request_duration_seconds:p99_5m{job=~"$job"}', '{{route}} ({{job}})'],
    ]),
  );
