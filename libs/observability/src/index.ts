export { HealthModule } from './health/health.module.js';
export {
  HealthRegistry,
  type ComponentHealth,
  type HealthReport,
  type HealthStatus,
} from './health/health.registry.js';
export { LogModule } from './logging/log.module.js';
export { type LogFormat, ServiceLogger } from './logging/service.logger.js';
export {
  type Counter,
  type Description,
  type Gauge,
  type Histogram,
  type KnownInstrument,
  Metrics,
  type Reading,
} from './metrics/metrics.js';
export { MetricsModule } from './metrics/metrics.module.js';
export { cutText } from './redaction/cut-text.js';
export { redactText } from './redaction/redact-text.js';
export { redactValue } from './redaction/redact-value.js';
export { because, type Cause, causedBy, causeFields, causeOf } from './tracing/cause.js';
export { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
export {
  activeTrace,
  failSpan,
  inSharedSpan,
  inSpan,
  isTracing,
  type SpanOptions,
  type StartedSpan,
  startSpan,
  within,
} from './tracing/spans.js';
export { isSampled, type TraceHeaders, traceHeadersIn, traceIdIn } from './tracing/trace-headers.js';
export type { Tracing, TracingOptions } from './tracing/tracing-sdk.js';
export { startTracing } from './tracing/tracing.js';
