import { expect, it } from '@jest/globals';
import { OutageLog } from './outage-log.js';

it('writes one line at once and one in ten seconds, however many requests fail', () => {
  const lines: string[] = [];
  let now = 0;
  const log = new OutageLog(
    (line) => lines.push(line),
    () => now,
  );
  for (const at of [0, 1, 9_999, 10_000, 10_001]) {
    now = at;
    log.add(new Error(`unavailable at ${at}`));
  }
  expect(lines).toEqual([
    'Responded with 503: unavailable at 0',
    'Responded with 503: unavailable at 10000; 2 more since the last such line',
  ]);
});
