import { describe, expect, it } from '@jest/globals';
import { isSampled, traceHeadersIn, traceIdIn } from './trace-headers.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`;
const read = (headers: Record<string, string>) => traceHeadersIn((name) => headers[name]);

describe('traceHeadersIn', () => {
  it('reads a place in a trace', () => {
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
  ])('takes %s as not there', (_, text) => {
    expect(read({ traceparent: text })).toBeUndefined();
  });

  it('leaves out a tracestate that is longer than one has to carry', () => {
    expect(read({ traceparent, tracestate: `a=${'b'.repeat(600)}` })).toEqual({ traceparent });
  });

  it('leaves out a tracestate with characters that none may have', () => {
    expect(read({ traceparent, tracestate: 'a=\0' })).toEqual({ traceparent });
  });
});
