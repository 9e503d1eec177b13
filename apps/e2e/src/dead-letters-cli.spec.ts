import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

const CLI = fileURLToPath(new URL('../../../tools/dead-letters/dead-letters.mjs', import.meta.url));
/** Sets the title of a terminal, clears it (ESC and C1), and turns the direction of writing. */
const EVIL = '\u001b]0;gotcha\u0007\u001b[2J\u009b2J\u202e😀';

/** A response of a service with texts that others have sent. */
const EVIL_ANSWER = {
  ...{ id: EVIL, topic: EVIL, key: EVIL, eventType: EVIL, errorCode: EVIL, errorMessage: EVIL, errorStack: EVIL },
  ...{
    actor: EVIL,
    status: EVIL,
    attempts: EVIL,
    partition: EVIL,
    offset: EVIL,
    timestamp: EVIL,
    reason: EVIL,
    position: EVIL,
  },
  ...{ value: EVIL.repeat(500), headers: [{ name: EVIL, value: EVIL }], detail: EVIL, title: EVIL, parkedAt: EVIL },
  ...{
    history: [{ at: EVIL, by: EVIL, errorCode: EVIL, errorMessage: EVIL }],
    acts: [{ at: EVIL, act: EVIL, actor: EVIL }],
  },
  ...{ outcome: 'WORKS', writes: [{ table: EVIL }], publishes: [{ topic: EVIL, data: { [EVIL]: EVIL } }] },
  ...{ matched: EVIL, replayed: EVIL, failed: EVIL, skipped: EVIL, remaining: EVIL, nextCursor: null },
  failure: { id: EVIL, errorCode: EVIL, errorMessage: EVIL },
};

let server: Server;
let status: number;
let url: string;
let lastBody: string;
/** Method and target of the last request. */
let lastRequest: string;
let lastAuthorization: string | undefined;
/** What the response of the service has instead. */
let changed: object;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    lastRequest = `${request.method} ${request.url}`;
    lastAuthorization = request.headers.authorization;
    lastBody = await text(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ ...EVIL_ANSWER, data: [EVIL_ANSWER], ...changed }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  changed = {};
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const cli = (...args: string[]) => run([...args, '--service', url]);

function run(args: string[], variables: Record<string, string> = {}): Promise<{ stdout: string; stderr: string }> {
  const options = { env: { ...process.env, ...variables } };
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], options, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
}

describe('the command line of dead letters', () => {
  it.each([
    ['list'],
    ['show', '1'],
    ['dry-run', '1'],
    ['replay', '1'],
    ['replay', '--all'],
    ['discard', '1', '--reason', 'x'],
    ['rejected'],
    ['retry-rejected', '1'],
    ['discard-rejected', '1', '--reason', 'x'],
    ['audit'],
  ])('sends nothing to the terminal that controls it (%s %s)', async (...args) => {
    for (const [responseStatus, format] of [
      [200, []],
      [200, ['--json']],
      [409, []],
    ] as const) {
      status = responseStatus;
      const { stdout, stderr } = await cli(...args, ...format);
      expect(stdout + stderr).not.toBe('');
      expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(Buffer.from(stdout).toString()).toBe(stdout);
      if (format.length > 0) expect(JSON.stringify(JSON.parse(stdout))).toContain('gotcha');
    }
  });

  it('says that a payload is withheld', async () => {
    status = 200;
    changed = { value: null, valueEncoding: null, headers: null, errorStack: null };
    const { stdout, stderr } = await cli('show', '1');
    expect([stderr, stdout]).toEqual(['', expect.stringContaining('lacks the scope payloads:read')]);
  });

  it('sends `all`, and never together with a filter', async () => {
    status = 200;
    await cli('replay', '--all');
    expect(lastBody).toBe('{"all":true}');
    await cli('replay', '--key', 'a');
    expect(lastBody).toBe('{"key":"a"}');
    lastBody = '';
    expect((await cli('replay', '--all', '--key', 'a')).stderr).toContain('filters or --all');
    expect(lastBody).toBe('');
  });

  it.each([
    [['retry-rejected', '1'], 'POST /outbox/rejected/1/retry', ''],
    [['discard-rejected', '1', '--reason', 'large'], 'POST /outbox/rejected/1/discard', '{"reason":"large"}'],
  ])('asks the service for what is wanted of a rejected event: %j', async (args, request, body) => {
    status = 200;
    expect((await cli(...args)).stderr).toBe('');
    expect([lastRequest, lastBody]).toEqual([request, body]);
  });

  it('sends a token to a service on this machine', async () => {
    status = 200;
    expect((await run(['show', '1', '--service', url], { ORDERFLOW_TOKEN: 't' })).stderr).toBe('');
    expect(lastAuthorization).toBe('Bearer t');
  });

  it.each([
    ['http', {}, 'can’t be reached'],
    ['http', { ORDERFLOW_TOKEN: 't' }, 'by https alone'],
    ['https', { ORDERFLOW_TOKEN: 't' }, 'can’t be reached'],
  ])('sends a token to another machine by https alone (%s, %j)', async (scheme, variables, reason) => {
    const { stderr } = await run(['show', '1', '--service', `${scheme}://127.0.0.1.shop.invalid`], variables);
    expect(stderr.replaceAll("'", '’')).toContain(reason);
  });

  it('says that the file of a token cannot be read', async () => {
    const { stderr } = await run(['show', '1', '--service', url], { ORDERFLOW_TOKEN_FILE: '/nowhere' });
    expect(stderr).toContain('ORDERFLOW_TOKEN_FILE cannot be read (ENOENT); see --help');
    expect(stderr).not.toContain('reached');
  });
});
