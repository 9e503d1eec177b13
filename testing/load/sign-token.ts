import { type KeyObject, sign } from 'node:crypto';

/** @returns a JSON Web Token */
export function tokenOf(header: object, claims: object, signatureOf: (content: string) => Buffer): string {
  const content = `${encode(header)}.${encode(claims)}`;
  return `${content}.${signatureOf(content).toString('base64url')}`;
}

/** The signature by ES256. */
export const es256 =
  (key: KeyObject): ((content: string) => Buffer) =>
  (content) =>
    sign('sha256', Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
