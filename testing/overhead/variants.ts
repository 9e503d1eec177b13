import { fileURLToPath } from 'node:url';
import { SERVICE_MEMORY } from '../../tools/stack/service-memory.mjs';

export interface Variant {
  name: string;
  /** whether instruments count and are scraped */
  metrics: boolean;
  /** whether level info is logged; otherwise errors alone */
  logs: boolean;
  /** whether 1 % of the traces are recorded and sent */
  tracing: boolean;
}

export interface Measurement {
  variant: string;
  /** decided */
  ordersPerSecond: number;
  /** of the three services, per order */
  cpuMs: number;
}

const WITHOUT_METRICS = fileURLToPath(new URL('without-metrics.ts', import.meta.url));

/** The first is what the others are compared with. */
export const VARIANTS: Variant[] = [
  { name: 'nothing', metrics: false, logs: false, tracing: false },
  { name: 'metrics', metrics: true, logs: false, tracing: false },
  { name: 'logs at info', metrics: false, logs: true, tracing: false },
  { name: 'tracing at 1 %', metrics: false, logs: false, tracing: true },
  { name: 'all three', metrics: true, logs: true, tracing: true },
];

/** @returns the environment of its services */
export const variablesOf = ({ metrics, logs, tracing }: Variant, collectorUrl: string): Record<string, string> => ({
  LOG_FORMAT: 'json',
  LOG_LEVEL: logs ? 'log' : 'error',
  ...(metrics ? {} : { NODE_OPTIONS: `${SERVICE_MEMORY.NODE_OPTIONS} --import=${WITHOUT_METRICS}` }),
  ...(tracing ? { OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl, OTEL_TRACES_SAMPLER_ARG: '0.01' } : {}),
});
