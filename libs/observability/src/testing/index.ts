export { type RecordedSpan, recordSpans, type SpanRecord } from './record-spans.js';
export { documentedMetrics } from './documented-metrics.js';
export { sample } from './sample.js';
