import { dashboard, figure, graph, quantiles } from './panels.ts';

export const notifications = dashboard(
  'orderflow-notifications',
  'Orderflow: notifications',
  'How customers are notified: the queue of deliveries, and the attempts through each channel.',
)
  .withPanel(figure('Waiting', 'short', 'max(notifications_pending)', 'Those of failing receivers included.'))
  .withPanel(
    figure(
      'Oldest due',
      's',
      'max(delivery_lanes_due_oldest_age_seconds)',
      'Under a second as long as somebody sends. Failing receivers do not count.',
    ),
  )
  .withPanel(
    figure(
      'FAILED in a day',
      'short',
      'sum(increase(notifications_failed_total[1d]))',
      'After their last attempt: GET /notifications?status=FAILED. An operator can send them again.',
    ),
  )
  .withPanel(
    figure(
      'Webhooks disabled in a day',
      'short',
      'sum(increase(webhooks_disabled_total[1d]))',
      'They failed for days, or want no more messages. A PUT of the contact enables them again.',
    ),
  )
  .withPanel(
    graph('Attempts', 'ops', [
      ['sum by (channel, result) (rate(notification_attempts_total[$__rate_interval]))', '{{channel}} {{result}}'],
    ]),
  )
  .withPanel(
    graph(
      'Share of attempts that fail',
      'percentunit',
      [['channel:notification_failures:ratio_rate5m', '{{channel}}']],
      'For webhooks, a single dead one may be most of it.',
    ),
  )
  .withPanel(graph('Duration of an attempt', 's', quantiles('notification_attempt_duration_seconds', ['channel'])))
  .withPanel(graph('In flight', 'short', [['sum by (channel) (notifications_in_flight)', '{{channel}}']]))
  .withPanel(
    graph(
      'Lanes due',
      'short',
      [['max by (channel) (delivery_lanes_due)', '{{channel}}']],
      'Customers whose receiver works, and who wait for a replica. It should be about zero.',
    ),
  )
  .withPanel(
    graph(
      'FAILED',
      'ops',
      [['sum by (channel) (rate(notifications_failed_total[$__rate_interval]))', '{{channel}}']],
      'After the last attempt.',
    ),
  );
