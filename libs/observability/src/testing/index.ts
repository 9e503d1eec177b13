export { type RecordedSpan, recordSpans, type SpanRecord } from './record-spans.js';
