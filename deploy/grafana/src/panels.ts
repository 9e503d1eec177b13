import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { DashboardBuilder, QueryVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** A Prometheus expression, and what its lines are called. */
export type Query = readonly [expr: string, legend: string];

/** As Grafana names units: `s`, `ops` (per second), `short`, `bytes`, `percentunit`. */
type Unit = 's' | 'ops' | 'reqps' | 'short' | 'bytes' | 'percentunit';

/** The datasource of `provisioning/datasources`. */
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };

/** A line for each series. Says what one should see in it where that does not go without saying. */
export function graph(title: string, unit: Unit, queries: readonly Query[], description = ''): GraphBuilder {
  const panel = new GraphBuilder()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .unit(unit)
    .min(0)
    .fillOpacity(10)
    .height(8)
    .span(12);
  queries.forEach((query, n) => panel.withTarget(target(query, n)));
  return panel;
}

/** One figure, as it is now. */
export function figure(title: string, unit: Unit, expr: string, description = ''): StatBuilder {
  return new StatBuilder()
    .title(title)
    .description(description)
    .datasource(PROMETHEUS)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .unit(unit)
    .height(4)
    .span(6)
    .withTarget(target([expr, ''], 0).instant());
}

/** Three quantiles of a histogram, by the given labels. */
export function quantiles(histogram: string, by: readonly string[], selector = ''): Query[] {
  const labels = ['le', ...by].join(', ');
  const legend = by.map((label) => `{{${label}}}`).join(' ');
  return [0.5, 0.95, 0.99].map((q) => [
    `histogram_quantile(${q}, sum by (${labels}) (rate(${histogram}_bucket${selector}[$__rate_interval])))`,
    `p${q * 100} ${legend}`.trim(),
  ]);
}

export function dashboard(uid: string, title: string, description: string): DashboardBuilder {
  return new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['orderflow'])
    .readonly()
    .refresh('10s')
    .time({ from: 'now-30m', to: 'now' });
}

/** With a choice of services; selectors say `job=~"$job"`. */
export function dashboardOfServices(uid: string, title: string, description: string): DashboardBuilder {
  return dashboard(uid, title, description).withVariable(
    new QueryVariableBuilder('job')
      .label('Service')
      .datasource(PROMETHEUS)
      .query('label_values(up, job)')
      .regex('/-service$/')
      .refresh(1)
      .multi(true)
      .includeAll(true)
      .current({ selected: true, text: ['All'], value: ['$__all'] }),
  );
}

function target([expr, legend]: Query, n: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCharCode(65 + n))
    .expr(expr)
    .legendFormat(legend);
}
