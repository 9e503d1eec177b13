import { expect, it } from '@jest/globals';
import { recordSpans } from '@orderflow/observability/testing';
import { createSecuredShop } from '../testing/secured-shop.js';

it('a request of a client that is not trusted begins a trace of its own, with a link to that of its headers', async () => {
  const [traceId, spanId] = ['0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203331'];
  const shop = await createSecuredShop(undefined, { trustsTraces: false });
  const record = recordSpans();
  await shop.inject({ url: '/baskets', headers: { traceparent: `00-${traceId}-${spanId}-01` } });
  const [span] = record.spans;
  record.stop();
  await shop.close();
  expect(span?.parentSpanContext).toBeUndefined();
  expect(span?.spanContext().traceId).not.toBe(traceId);
  expect(span?.links.map(({ context }) => [context.traceId, context.spanId])).toEqual([[traceId, spanId]]);
});
