export { because, type Cause, causedBy, causeFields, causeOf } from './cause.js';
export { cutText } from './cut-text.js';
export { HealthModule } from './health.module.js';
export { HealthRegistry, type ComponentHealth, type HealthReport, type HealthStatus } from './health.registry.js';
export { LogModule } from './log.module.js';
export {
  type Counter,
  type Description,
  type Gauge,
  type Histogram,
  type KnownInstrument,
  Metrics,
} from './metrics.js';
export { MetricsModule } from './metrics.module.js';
export { redactText } from './redact-text.js';
export { redactValue } from './redact-value.js';
export { type LogFormat, ServiceLogger } from './service.logger.js';
export { type Span, SpanKind, SpanStatusCode } from '@opentelemetry/api';
export {
  activeTrace,
  failSpan,
  inSharedSpan,
  inSpan,
  isTracing,
  type StartedSpan,
  startSpan,
  within,
} from './spans.js';
export { isSampled, type TraceHeaders, traceHeadersIn, traceIdIn } from './trace-headers.js';
export { startTracing, type Tracing, type TracingOptions } from './tracing.js';
