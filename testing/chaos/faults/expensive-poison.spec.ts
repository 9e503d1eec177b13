import { describe, expect, it } from '@jest/globals';
import { EXPENSIVE_KINDS, EXPENSIVE_NAMES } from './expensive-kinds.ts';
import { expensivePoison } from './messages.ts';
import { drawPoison, makePoison, toSentPoison } from './poison-kinds.ts';

describe('expensive poison', () => {
  /** A broker accepts a megabyte, also as a dead letter; consumers parse up to 256 KiB. */
  const sizes = { large: 1_000_000, read: 256 * 1024 - 1 };
  const kindsOf = (size: keyof typeof sizes) =>
    EXPENSIVE_NAMES[size].map((kind) => [kind, sizes[size]] as [string, number]);

  it.each([...kindsOf('large'), ...kindsOf('read')])('of kind %s has %i bytes of JSON', (kind, bytes) => {
    const { value, headers } = makePoison({ kind, number: 'n' });
    expect(Buffer.byteLength(value ?? '')).toBe(bytes);
    expect(() => JSON.parse(String(value)) as unknown).not.toThrow();
    const sent = toSentPoison({ topic: 't', partition: 0, offset: 1, key: null, value: null, headers });
    expect(sent.groups).toHaveLength(2);
  });

  it.each([0, 0.5, 0.999])('is at least five messages of each size, whatever is drawn (%d)', (drawn) => {
    const { messages } = expensivePoison.draw(() => drawn, { replicas: 1, brokers: 1 });
    for (const names of Object.values(EXPENSIVE_NAMES)) {
      const ofSize = messages.filter(({ kind }: { kind: string }) => names.includes(kind));
      expect(ofSize.length).toBeGreaterThanOrEqual(5);
    }
  });

  it('is drawn only on request', () => {
    const ordinary = Array.from({ length: 200 }, (_, index) => drawPoison(() => index / 200).kind);
    expect(ordinary.filter((kind) => kind in EXPENSIVE_KINDS)).toEqual([]);
  });
});
