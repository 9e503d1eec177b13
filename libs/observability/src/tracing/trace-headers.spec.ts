import { describe, expect, it } from '@jest/globals';
import { isSampled, traceHeadersIn, traceIdIn } from './trace-headers.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const read = (headers: Record<string, string>) => traceHeadersIn((name) => headers[name]);

describe('traceHeadersIn', () => {
  it('reads a position in a trace', () => {
    expect(read({ traceparent, tracestate: 'vendor=1' })).toEqual({ traceparent, tracestate: 'vendor=1' });
    expect(traceIdIn({ traceparent })).toBe(TRACE_ID);
    expect(isSampled({ traceparent })).toBe(true);
    expect(isSampled({ traceparent: traceparent.replace(/01$/, '00') })).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['upper case', traceparent.toUpperCase()],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
    ['a span id of zeros', `00-${TRACE_ID}-${'0'.repeat(16)}-01`],
    ['the version that is forbidden', traceparent.replace(/^00/, 'ff')],
    ['something behind it', `${traceparent}, ${traceparent}`],
  ])('treats %s as missing', (_, text) => {
    expect(read({ traceparent: text })).toBeUndefined();
  });

  it('drops a tracestate that is longer than required', () => {
    expect(read({ traceparent, tracestate: `a=${'b'.repeat(600)}` })).toEqual({ traceparent });
  });

  it('drops a tracestate with invalid characters', () => {
    expect(read({ traceparent, tracestate: 'a=\0' })).toEqual({ traceparent });
  });
});
