import { describe, expect, it } from '@jest/globals';
import { formatProperties } from './java-properties.mjs';

describe('formatProperties', () => {
  it.each([
    ['/home/Köln ü/data', '/home/K\\u00f6ln \\u00fc/data'],
    ['/home/😀', '/home/\\ud83d\\ude00'],
    ['C:\\orders', 'C:\\\\orders'],
    [' leading', '\\ leading'],
    ['two\nlines', 'two\\u000alines'],
    ['PLAINTEXT://127.0.0.1:9092,x=y', 'PLAINTEXT://127.0.0.1:9092,x=y'],
  ])('writes %j as %j, which Java reads as it was', (value, written) => {
    expect(formatProperties({ 'log.dirs': value })).toBe(`log.dirs=${written}\n`);
  });
});
