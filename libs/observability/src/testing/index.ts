export { type RecordedSpan, recordSpans, type SpanRecord } from './record-spans.js';
export { sample } from './sample.js';
