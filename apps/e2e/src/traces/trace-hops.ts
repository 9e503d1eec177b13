import type { Span } from './collector.js';

export const named = (spans: readonly Span[], service: string, name: string) =>
  spans.filter((span) => span.service === service && span.name === name);

/** The path of an order: the service, the span, and the name of the span that it continues. */
const HOPS = [
  ['order-service', 'POST /orders', 'client'],
  ['order-service', 'transaction', 'POST /orders'],
  ['order-service', 'create order-events', 'POST /orders'],
  ['order-service', 'send order-events', 'create order-events'],
  ['inventory-service', 'process order-events', 'create order-events'],
  ['notification-service', 'process order-events', 'create order-events'],
  ['inventory-service', 'create inventory-events', 'process order-events'],
  ['inventory-service', 'send inventory-events', 'create inventory-events'],
  ['order-service', 'process inventory-events', 'create inventory-events'],
  ['notification-service', 'process inventory-events', 'create inventory-events'],
  ['notification-service', 'send notification', 'process order-events'],
  ['notification-service', 'send notification', 'process inventory-events'],
] as const;

type Hop = (typeof HOPS)[number];

/** The hops that are missing in a trace, or that do not continue the span that they should. */
export function missingHops(spans: readonly Span[], clientSpanId: string): Hop[] {
  const isPresent = ([service, name, before]: Hop) => {
    const parents =
      before === 'client' ? [clientSpanId] : spans.filter((span) => span.name === before).map(({ spanId }) => spanId);
    return named(spans, service, name).some(({ parentSpanId = '' }) => parents.includes(parentSpanId));
  };
  return HOPS.filter((hop) => !isPresent(hop));
}
