import { describe, expect, it } from '@jest/globals';
import { PermanentError } from './message-errors.js';
import { withoutSchemaId, withSchemaId } from './wire-format.js';

describe('Confluent wire format', () => {
  it('is byte 0, the id in four bytes (big-endian), and the data', () => {
    expect(withSchemaId(0x01020304, '{"ä":1}')).toEqual(
      Buffer.concat([Buffer.from([0, 1, 2, 3, 4]), Buffer.from('{"ä":1}')]),
    );
  });

  it.each([1, 255, 2 ** 31 - 1, 2 ** 32 - 1])('gives back what was written with id %d', (id) => {
    expect(withoutSchemaId(withSchemaId(id, Buffer.from('{}'))).toString()).toBe('{}');
  });

  it.each(['{}', '', ' {}', '7'])('leaves a value without the prefix as it is: %j', (text) => {
    expect(withoutSchemaId(Buffer.from(text)).toString()).toBe(text);
  });

  it.each([[[0]], [[0, 0, 0, 1]], [[0, 0, 0, 0, 1]]])('without data is bad input: %j', (bytes) => {
    const read = () => withoutSchemaId(Buffer.from(bytes));
    expect(read).toThrow(PermanentError);
    expect(read).toThrow(expect.objectContaining({ code: 'WIRE_FORMAT_INVALID' }));
  });
});
