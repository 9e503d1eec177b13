import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ServiceConfig } from './config/service-config.js';
import { startTracing, type Tracing } from '@orderflow/observability';

/** Starts tracing as configured; undefined without a collector. */
export async function startTracingOf(config: ServiceConfig): Promise<Tracing | undefined> {
  const { otelExporterOtlpEndpoint: endpoint, otelExporterOtlpHeaders = [], otelTracesSamplerArg } = config;
  if (!endpoint) return undefined;
  return startTracing({
    endpoint,
    headers: Object.fromEntries(otelExporterOtlpHeaders.map(toEntry)),
    sampleRatio: otelTracesSamplerArg,
    service: { name: config.kafkaClientId, version: versionOf(process.argv[1] ?? '') },
  });
}

/** Values may be percent-encoded, according to OpenTelemetry's specification. */
function toEntry(header: string): [string, string] {
  const [name = '', ...value] = header.split('=');
  const decode = (_: string, code: string) => String.fromCharCode(Number.parseInt(code, 16));
  return [name, value.join('=').replace(/%([0-9a-f]{2})/gi, decode)];
}

/** @param main the service's entry point, one folder below its package.json */
function versionOf(main: string): string {
  const text = readFileSync(new URL('../package.json', pathToFileURL(main)), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
