import fc from 'fast-check';

const content = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

/** Any record that kafkajs can encode. */
export const recordToEncode = fc.record({
  offsetDelta: fc.nat(2 ** 31 - 1),
  timestampDelta: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
  key: fc.option(content),
  value: fc.option(content),
  headers: fc.dictionary(
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.oneof(content, fc.array(content, { maxLength: 3 })),
  ),
});
