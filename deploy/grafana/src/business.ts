import { dashboard, figure, graph, quantiles } from './panels.ts';

export const business = dashboard(
  'orderflow-business',
  'Orderflow: business',
  'What becomes of orders, stock and notifications.',
)
  .withPanel(
    figure('Orders placed', 'ops', 'sum(rate(order_status_changes_total{status="PENDING"}[$__rate_interval]))'),
  )
  .withPanel(figure('Undecided orders', 'short', 'max(orders_undecided)', 'A few at any moment; it should not grow.'))
  .withPanel(figure('Oldest undecided order', 's', 'max(orders_undecided_oldest_age_seconds)', 'Seconds at most.'))
  .withPanel(
    figure(
      'Rejected',
      'percentunit',
      `sum(rate(order_status_changes_total{status="REJECTED"}[$__rate_interval]))
/ sum(rate(order_status_changes_total{status=~"CONFIRMED|REJECTED"}[$__rate_interval]))`,
      'Of the orders that were decided.',
    ),
  )
  .withPanel(
    graph('Orders by status', 'ops', [
      ['sum by (status) (rate(order_status_changes_total[$__rate_interval]))', '{{status}}'],
    ]),
  )
  .withPanel(graph('Time to decision', 's', quantiles('order_decision_duration_seconds', [])))
  .withPanel(
    graph('Reservations by status', 'ops', [
      ['sum by (status) (rate(reservation_status_changes_total[$__rate_interval]))', '{{status}}'],
    ]),
  )
  .withPanel(
    graph('Stock', 'ops', [
      ['sum(rate(stock_outs_total[$__rate_interval]))', 'stock-outs'],
      ['sum(rate(stock_low_total[$__rate_interval]))', 'items that fell to their threshold'],
    ]),
  )
  .withPanel(
    graph('Notifications', 'ops', [
      ['sum by (channel, result) (rate(notification_attempts_total[$__rate_interval]))', '{{channel}} {{result}}'],
    ]),
  )
  .withPanel(
    graph('What waits', 'short', [
      ['max(notifications_pending)', 'notifications to be sent'],
      ['sum(max by (job, status) (parked_messages{status="OPEN"}))', 'dead letters, for an operator'],
      ['sum(max by (job) (outbox_messages))', 'events for Kafka'],
    ]),
  );
