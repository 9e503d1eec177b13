import { Failure } from '../../tools/stack/failure.mjs';
import { loopbackOrigin } from './loopback.ts';
import { insist } from './patience.ts';
import type { Answer, Client } from './client.ts';

export interface Reading {
  client: Client;
  giveUpAt: number;
}

const LIMIT = 200;

/**
 * A list that gives `{ data, nextCursor }`.
 * @returns the entries of all its pages
 */
export async function readCursorPages<Entry>(
  reading: Reading,
  url: string,
  query: Record<string, string>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await read<{ data: Entry[]; nextCursor: string | null }>(
      reading,
      listUrl(url, { ...query, ...(cursor ? { cursor } : {}) }),
    );
    entries.push(...page.body.data);
    cursor = page.body.nextCursor;
  } while (cursor);
  return entries;
}

/**
 * A list that gives a bare array and a `Link: <…>; rel="next"`.
 * @returns the entries of all its pages
 * @throws {Failure} if the next page is not of this machine, since it would get the token
 */
export async function readLinkedPages<Entry>(
  reading: Reading,
  url: string,
  query: Record<string, string>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let next: string | undefined = listUrl(url, query);
  while (next) {
    const page: Answer<Entry[]> = await read(reading, next);
    entries.push(...page.body);
    const target = /<([^>]*)>;\s*rel="next"/.exec(String(page.headers.link ?? ''))?.[1];
    next = target && new URL(target, url).href;
    if (next) loopbackOrigin(next);
  }
  return entries;
}

async function read<Body>({ client, giveUpAt }: Reading, url: string): Promise<Answer<Body>> {
  const answer = await insist(`GET ${url}`, () => client.get<Body>(url), giveUpAt);
  if (answer.status !== 200) throw new Failure(`GET ${url} is answered with ${answer.status}`);
  return answer;
}

function listUrl(url: string, query: Record<string, string>) {
  return `${url}?${new URLSearchParams({ ...query, limit: String(LIMIT) })}`;
}
