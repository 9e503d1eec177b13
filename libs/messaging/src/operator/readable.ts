export type Encoding = 'utf8' | 'base64';

/** Bytes in a form that JSON can carry: text if they are UTF-8, otherwise base64. */
export function readable(bytes: Buffer): { readonly text: string; readonly encoding: Encoding } {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes)
    ? { text, encoding: 'utf8' }
    : { text: bytes.toString('base64'), encoding: 'base64' };
}
