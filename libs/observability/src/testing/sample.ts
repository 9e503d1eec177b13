import type { Metrics } from '../metrics/metrics.js';

/**
 * The value of a time series in a scrape; undefined if it is missing.
 * @param series name and labels, such as `events_handled_total{topic="t"}`; other labels may have any value
 */
export async function sample(metrics: Metrics, series: string): Promise<number | undefined> {
  const [, name, labels = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series) ?? [];
  const wanted = labels.split(',').filter((label) => label !== '');
  const lines = (await metrics.exposition()).split('\n').filter((line) => !line.startsWith('#'));
  const found = lines.find((line) => {
    const [, itsName, itsLabels = ''] = /^(\w+)(?:\{(.*)\})? /.exec(line) ?? [];
    return itsName === name && wanted.every((label) => itsLabels.split(',').includes(label));
  });
  return found === undefined ? undefined : Number(found.slice(found.lastIndexOf(' ')));
}
