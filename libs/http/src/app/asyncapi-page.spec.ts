import { describe, expect, it } from '@jest/globals';
import { type AsyncApiDocument, asyncApiPage } from './asyncapi-page.js';

const SALE = { $ref: '#/channels/shop/messages/SOLD' };
const document: AsyncApiDocument = {
  info: { title: 'Shop & <b>', description: 'What is sold' },
  channels: {
    shop: { address: 'shop.events', description: 'Sales', messages: { SOLD: { $ref: '#/components/messages/SOLD' } } },
  },
  operations: {
    send: { action: 'send', channel: { $ref: '#/channels/shop' }, messages: [SALE], tags: [{ name: 'till' }] },
    receive: { action: 'receive', channel: { $ref: '#/channels/shop' }, messages: [SALE], tags: [{ name: 'stock' }] },
  },
  components: {
    messages: {
      SOLD: {
        name: 'SOLD',
        summary: 'Something is sold',
        headers: { properties: { ce_type: { type: 'string', const: 'SOLD' } }, required: ['ce_type'] },
        payload: {
          schema: {
            properties: {
              lines: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } } },
              note: { type: ['string', 'null'], pattern: '^"<' },
            },
            required: ['lines'],
          },
        },
        bindings: { kafka: { key: { description: 'The sale’s id' } } },
      },
    },
  },
};

describe('asyncApiPage', () => {
  const page = asyncApiPage(document);

  it.each([
    ['the topic', '<h2>shop.events</h2>'],
    ['the event', '<h3>SOLD</h3>\n<p>Something is sold</p>'],
    ['its key', '<dd>The sale’s id</dd>'],
    ['who sends it', '<dt>Sent by</dt><dd>till</dd>'],
    ['who receives it', '<dt>Received by</dt><dd>stock</dd>'],
    ['a field that is required', '<code>lines</code></td><td>array of object</td>'],
    ['a field that is not', '<code>note?</code></td><td>string or null</td>'],
    ['a field of an entry', '<code>lines[].n?</code></td><td>integer</td><td>minimum 1</td>'],
    ['a header', '<code>ce_type</code></td><td>string</td><td>const SOLD</td>'],
  ])('shows %s', (_, html) => {
    expect(page).toContain(html);
  });

  it('escapes text', () => {
    expect(page).toContain('<h1>Shop &#38; &#60;b&#62;</h1>');
    expect(page).toContain('pattern ^&#34;&#60;');
  });

  it('loads nothing from other hosts and runs no script', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(|https?:/);
  });
});
