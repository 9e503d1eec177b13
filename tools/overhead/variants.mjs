import { fileURLToPath } from 'node:url';

/**
 * @typedef {object} Variant
 * @property {string} name
 * @property {boolean} metrics whether instruments count and are scraped
 * @property {boolean} logs whether level info is logged; otherwise errors alone
 * @property {boolean} tracing whether 1 % of the traces are recorded and sent
 */

const WITHOUT_METRICS = fileURLToPath(new URL('without-metrics.mjs', import.meta.url));

/** The first is what the others are compared with. @type {Variant[]} */
export const VARIANTS = [
  { name: 'nothing', metrics: false, logs: false, tracing: false },
  { name: 'metrics', metrics: true, logs: false, tracing: false },
  { name: 'logs at info', metrics: false, logs: true, tracing: false },
  { name: 'tracing at 1 %', metrics: false, logs: false, tracing: true },
  { name: 'all three', metrics: true, logs: true, tracing: true },
];

/**
 * @param {Variant} variant
 * @param {string} collectorUrl
 * @returns {Record<string, string>} the environment of its services
 */
export const variablesOf = ({ metrics, logs, tracing }, collectorUrl) => ({
  LOG_FORMAT: 'json',
  LOG_LEVEL: logs ? 'log' : 'error',
  ...(metrics ? {} : { NODE_OPTIONS: `--import=${WITHOUT_METRICS}` }),
  ...(tracing ? { OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl, OTEL_TRACES_SAMPLER_ARG: '0.01' } : {}),
});
