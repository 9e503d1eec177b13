import { describe, expect, it } from '@jest/globals';
import { eraseInJson, eraseInText } from './personal-text.js';

const members = { customerId: 'customerId', removed: ['reason'], emptied: ['subject', 'body'] };
const erasing = (customerId: string) => ({ customerId, pseudonym: 'erased-1', requestedAt: new Date() });
const inJson = (json: string, customerId = 'CUST-1') => eraseInJson(json, erasing(customerId), members);

describe('eraseInJson', () => {
  it.each([
    ['{"a":1e2,"customerId":"CUST-1"}', '{"a":1e2,"customerId":"erased-1"}'],
    ['{ "customerId" :\n"CUST-1" }', '{ "customerId" :\n"erased-1" }'],
    ['\0\0\0\0\x07{"customerId":"CUST-1"}', '\0\0\0\0\x07{"customerId":"erased-1"}'],
    ['{"customerId":"CUST-1","items":[', '{"customerId":"erased-1","items":['],
    ['[{"customerId":"CUST-1"},{"customerId":"CUST-2"}]', '[{"customerId":"erased-1"},{"customerId":"CUST-2"}]'],
    ['{"customerId":"CUST-1","reason":"It’s \\"Anna\\" \\\\","z":1}', '{"customerId":"erased-1","z":1}'],
    ['{"reason":"Anna","customerId":"CUST-1"}', '{"customerId":"erased-1"}'],
    ['{"customerId":"CUST-1","body":"Anna\\n","subject":null}', '{"customerId":"erased-1","body":"","subject":null}'],
  ])('erases in %j', (before, after) => expect(inJson(before)).toBe(after));

  it.each([
    '{"customerId":"CUST-12","reason":"mine"}',
    '{"orderId":"CUST-1","reason":"mine"}',
    '{"note":"\\"customerId\\":\\"CUST-1\\""}',
  ])('leaves %j as it is', (json) => expect(inJson(json)).toBe(json));

  it.each(['a"b\\c', '$&', '.*', '(', 'customerId', '1'])('knows the customer %s', (id) =>
    expect(inJson(JSON.stringify({ customerId: id, orderId: '1' }), id)).toBe(
      '{"customerId":"erased-1","orderId":"1"}',
    ),
  );
});

describe('eraseInText', () => {
  it('replaces the id where it is a word', () => {
    expect(eraseInText('CUST-1, (CUST-1) CUST-12 XCUST-1', erasing('CUST-1'))).toBe(
      'erased-1, (erased-1) CUST-12 XCUST-1',
    );
  });
});
