export type Encoding = 'utf8' | 'base64';

/** Bytes as JSON can carry them: as text where they are UTF-8, else as base64. */
export function readable(bytes: Buffer): { readonly text: string; readonly encoding: Encoding } {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes)
    ? { text, encoding: 'utf8' }
    : { text: bytes.toString('base64'), encoding: 'base64' };
}
