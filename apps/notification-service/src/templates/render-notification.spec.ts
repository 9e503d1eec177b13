import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LANGUAGES } from '../contacts/contact.js';
import type { Occasion } from '../notifications/domain/compose-notification.js';
import { SAMPLES } from './occasion-facts.js';
import { RenderNotification } from './render-notification.js';

const notifications = new RenderNotification();
const facts = { notificationId: '01890a5d-ac96-774b-bcce-b302099a8057', happenedAt: '2026-11-29T03:00:00.000Z' };
const order = {
  orderId: 'o-1',
  customerId: 'CUST-1',
  items: [
    { itemId: 'CUP', quantity: 2 },
    { itemId: 'JUG', quantity: 1 },
  ],
};

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1 }),
  fc.constantFrom(
    '<script>alert(1)</script>',
    '"><img src=x>',
    "'&amp;",
    'a\r\nBcc: b@c.example',
    '{{ orderId }}',
    '\ud800',
  ),
);
const lines = fc.array(fc.record({ itemId: hostile, quantity: fc.nat() }), { minLength: 1, maxLength: 3 });
const orders = fc.record({ orderId: hostile, customerId: hostile, items: lines });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const occasions: fc.Arbitrary<Occasion> = fc.oneof(
  fc.record({ type: fc.constantFrom('ORDER_CREATED' as const, 'INVENTORY_RESERVED' as const), order: orders }),
  fc.record({
    type: fc.constant('INVENTORY_INSUFFICIENT' as const),
    order: orders,
    shortages: fc.array(fc.record({ itemId: hostile, requested: fc.nat(), available: fc.nat() }), { maxLength: 2 }),
  }),
  fc.record({ type: fc.constant('ORDER_CANCELLED' as const), order: orders, reason: optional(hostile) }),
  fc.record({ type: fc.constant('ORDER_PARTIALLY_FULFILLED' as const), order: orders, shipment: lines }),
  fc.record({
    type: fc.constant('ORDER_FULFILLED' as const),
    order: orders,
    shipment: optional(lines),
    cancelled: optional(lines),
    reason: optional(hostile),
  }),
);
const languages = fc.constantFrom(...LANGUAGES);

/** The tags of a document; what remains when it is read as text has none. */
const tagsOf = (html: string) => [...html.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
/** With what customers and operators wrote replaced by harmless text of the same shape. */
function tamed(occasion: Occasion): Occasion {
  const replace = (key: string, value: unknown) =>
    typeof value === 'string' && key !== 'type' && value !== '' ? 'x' : value;
  return JSON.parse(JSON.stringify(occasion, replace)) as Occasion;
}

describe('RenderNotification', () => {
  it.each(LANGUAGES.flatMap((language) => SAMPLES.map((occasion) => [language, occasion] as const)))(
    'writes in %s of %j',
    (language, occasion) => {
      const email = notifications.execute(occasion, 'email', language, facts);
      expect(email.subject).toContain('o-1');
      expect(email.body).toMatch(/^[^\s].*[^\s]$/s);
      expect(email.content).toContain(`<html lang="${language}">`);
      expect(email.content).toContain(`<title>${email.subject}</title>`);
      expect(`${email.body}${email.content}`).not.toMatch(/undefined|null|\[object|\{\{|\{%|: \.|,\s*\./);
    },
  );

  it('has the same English texts in the log as in the other channels', () => {
    fc.assert(
      fc.property(occasions, (occasion) => {
        const { subject, body } = notifications.execute(occasion, 'log', 'de', facts);
        const email = notifications.execute(occasion, 'email', 'en', facts);
        expect(email.subject).toBe(subject);
        expect(email.body).toBe(body.trim());
      }),
    );
  });

  it('writes in the language of the customer', () => {
    const { subject, body } = notifications.execute({ type: 'ORDER_CREATED', order }, 'webhook', 'de', facts);
    expect(subject).toBe('Vielen Dank für Ihre Bestellung o-1');
    expect(body).toContain('2 × CUP, 1 × JUG');
  });

  it('says in HTML what is short, what is on its way, what was cancelled, and why', () => {
    const cups = [{ itemId: 'CUP', quantity: 1 }];
    const htmlOf = (occasion: Occasion) => notifications.execute(occasion, 'email', 'en', facts).content ?? '';
    expect(
      htmlOf({ type: 'INVENTORY_INSUFFICIENT', order, shortages: [{ itemId: 'JUG', requested: 1, available: 0 }] }),
    ).toContain('<li>JUG: 1 ordered, 0 available</li>');
    expect(htmlOf({ type: 'ORDER_FULFILLED', order })).toContain('<li>2 × CUP</li>');
    const rest = htmlOf({ type: 'ORDER_FULFILLED', order, shipment: cups, cancelled: cups, reason: 'too late' });
    expect(rest).toContain('The rest of your order o-1 is cancelled');
    expect(rest).toContain('<li>1 × CUP</li>');
    expect(rest).toContain('Reason: too late');
  });

  it('escapes in HTML whatever customers and operators wrote', () => {
    fc.assert(
      fc.property(occasions, languages, (occasion, language) => {
        const htmlOf = (any: Occasion) => notifications.execute(any, 'email', language, facts).content ?? '';
        const html = htmlOf(occasion);
        expect(tagsOf(html)).toEqual(tagsOf(htmlOf(tamed(occasion))));
        expect(html.replace(/&(amp|lt|gt|#34|#39);/g, '').replaceAll(/<[^>]*>/g, '')).not.toMatch(/[<>&]/);
      }),
    );
  });

  it('has subjects of one line, well-formed and not too long, through every channel', () => {
    const channels = fc.constantFrom('log' as const, 'email' as const, 'webhook' as const);
    const longer = fc.tuple(
      occasions,
      hostile.chain((text) => fc.nat(500).map((times) => text.repeat(times))),
    );
    fc.assert(
      fc.property(longer, channels, languages, ([occasion, orderId], channel, language) => {
        const long = { ...occasion, order: { ...occasion.order, orderId } } as Occasion;
        const { subject } = notifications.execute(long, channel, language, facts);
        expect(subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]{1,200}$/u);
      }),
    );
  });

  it('gives a webhook type, time and data as JSON, and no field that the event does not have', () => {
    const shortages = [{ itemId: 'JUG', requested: 1, available: 0 }];
    const { subject, body, content } = notifications.execute(
      { type: 'INVENTORY_INSUFFICIENT', order, shortages },
      'webhook',
      'en',
      facts,
    );
    expect(JSON.parse(content ?? '')).toEqual({
      type: 'INVENTORY_INSUFFICIENT',
      timestamp: '2026-11-29T03:00:00.000Z',
      data: { notificationId: facts.notificationId, ...order, subject, body, shortages },
    });
  });
});
