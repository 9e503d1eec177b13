import { createServer, type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { EmailChannel } from './email.channel.js';
import { emailTo, TestEmails } from '../../testing/emails.js';

const never = new AbortController().signal;
const mails = new TestEmails();
afterEach(() => mails.stop());

/** What the server answers with a status of SMTP. */
const rejection = (responseCode: number, text = 'no') => Object.assign(new Error(text), { responseCode });
type Done = (error: Error) => void;
const rejectWith = (responseCode: number, text?: string) => (_: unknown, __: unknown, done: Done) =>
  done(rejection(responseCode, text));
const headersOf = (source = '') =>
  source
    .split('\r\n\r\n')[0]
    ?.replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n') ?? [];

async function until(isDone: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!isDone() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isDone()).toBe(true);
}

describe('EmailChannel', () => {
  it('sends text and HTML with the headers of a notification', async () => {
    const { server, channel } = await mails.serve();
    await channel.send(emailTo('jo@customer.example'), never);
    const [{ to, source } = { to: [], source: '' }] = server.received;
    expect(to).toEqual(['jo@customer.example']);
    expect(headersOf(source)).toEqual(
      expect.arrayContaining([
        'From: The Shop <orders@shop.example>',
        'To: jo@customer.example',
        'Message-ID: <01890a5d-ac96-774b-bcce-b302099a8057@shop.example>',
        'Date: Sun, 29 Nov 2026 03:00:00 +0000',
        'Auto-Submitted: auto-generated',
        expect.stringMatching(/^Subject: =\?UTF-8\?Q\?Vielen_Dank_f=C3=BCr/),
        expect.stringMatching(/^Content-Type: multipart\/alternative;/),
      ]),
    );
    expect(source).toMatch(
      /Content-Type: text\/plain[^]*Thank you\.[^]*Content-Type: text\/html[^]*<p>Thank you\.<\/p>/,
    );
  });

  it('sends a notification again with the same Message-ID', async () => {
    const { server, channel } = await mails.serve();
    await channel.send(emailTo('jo@customer.example'), never);
    await channel.send(emailTo('jo@customer.example', { attempts: 2 }), never);
    const ids = server.received.map(({ source }) => headersOf(source).find((line) => line.startsWith('Message-ID')));
    expect(ids).toHaveLength(2);
    expect(ids[1]).toBe(ids[0]);
  });

  it('sends many over few connections, and closes them on shutdown', async () => {
    const { server, channel } = await mails.serve();
    await Promise.all(Array.from({ length: 50 }, () => channel.send(emailTo('jo@customer.example'), never)));
    expect(server.received).toHaveLength(50);
    expect(server.connections).toBeGreaterThan(0);
    expect(server.connections).toBeLessThanOrEqual(8);
    channel.onApplicationShutdown();
    await until(() => server.connections === 0);
  });

  it('logs in, and lets a slow server finish', async () => {
    const { server, channel } = await mails.serve(
      {
        authOptional: false,
        allowInsecureAuth: true,
        onData: (_, __, done) => void setTimeout(done, 300, null),
        onAuth: ({ username, password }, _, done) =>
          username === 'shop' && password === 'p@ss' ? done(null, { user: 'shop' }) : done(rejection(535)),
      },
      { auth: { user: 'shop', pass: 'p@ss' } },
    );
    await channel.send(emailTo('jo@customer.example'), never);
    expect(server.received).toHaveLength(1);
  });
});

describe('EmailChannel with TLS', () => {
  const trusted = tls.getCACertificates('default');
  afterEach(() => tls.setDefaultCACertificates(trusted));

  async function secured(options: object, settings: object) {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
    });
    return { cert, ...(await mails.serve({ key, cert, ...options }, settings)) };
  }

  it.each([
    ['smtps', { secure: true }, { secure: true }],
    ['STARTTLS', {}, { startTls: 'required' }],
    ['STARTTLS, if it is offered', {}, { startTls: 'offered' }],
  ])('sends by %s to a server whose certificate it trusts, and to no other', async (_, options, settings) => {
    const { server, channel, cert } = await secured(options, settings);
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({ kind: 'unavailable' });
    tls.setDefaultCACertificates([...trusted, cert]);
    await channel.send(emailTo('jo@customer.example'), never);
    expect(server.received).toHaveLength(1);
  });

  it('sends nothing in clear text if STARTTLS is required', async () => {
    const { server, channel } = await mails.serve({}, { startTls: 'required' });
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('STARTTLS'),
    });
    expect(server.received).toEqual([]);
  });
});

describe('An e-mail that cannot be sent', () => {
  it.each([
    [
      'a recipient that the server rejects',
      'final',
      { onRcptTo: rejectWith(550, '5.1.1 no\u0007 such <user>') },
      'The mail server responded to RCPT TO with 550 5.1.1',
    ],
    [
      'a recipient that the server greylists',
      'rejected',
      { onRcptTo: rejectWith(451) },
      'The mail server responded to RCPT TO with 451',
    ],
    [
      'content that the server rejects',
      'final',
      { onData: rejectWith(554) },
      'The mail server responded to DATA with 554',
    ],
    [
      'content that the server defers',
      'rejected',
      { onData: rejectWith(452) },
      'The mail server responded to DATA with 452',
    ],
    [
      'a sender that the server rejects',
      'unavailable',
      { onMailFrom: rejectWith(550) },
      'The mail server responded to MAIL FROM with 550',
    ],
    [
      'a server that wants a login',
      'unavailable',
      { authOptional: false, allowInsecureAuth: true },
      'The mail server responded to MAIL FROM with 530',
    ],
  ])('because of %s is %s', async (_, kind, options, message) => {
    const { channel } = await mails.serve(options);
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({ kind, message });
  });

  it('because of a wrong password is tried again, and the text shows no secret', async () => {
    const options = { authOptional: false, allowInsecureAuth: true, onAuth: rejectWith(535, 'hunter2') };
    const { channel } = await mails.serve(options, { auth: { user: 'shop', pass: 'hunter2' } });
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The mail server responded to AUTH PLAIN with 535',
    });
  });

  it('because nobody listens is tried again', async () => {
    const { server, channel } = await mails.serve();
    await server.stop();
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The connection to the mail server failed at the connection: ECONNREFUSED',
    });
  });

  it('because the server closes the connection in the middle is tried again', async () => {
    const { server, channel } = await mails.serve({
      onData: () => server.breakConnections(),
    });
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('because the server hangs after DATA ends with its signal; the next one is sent', async () => {
    const attempt = new AbortController();
    let isFirst = true;
    const { server, channel } = await mails.serve({
      onData: (_, __, done) => (isFirst ? attempt.abort() : done(null)),
    });
    await expect(channel.send(emailTo('jo@customer.example'), attempt.signal)).rejects.toMatchObject({
      kind: 'unavailable',
    });
    await until(() => server.connections === 0);
    isFirst = false;
    await channel.send(emailTo('jo@customer.example'), never);
    expect(server.received).toHaveLength(1);
  });

  it('because the server never greets ends with its signal, and frees the connection', async () => {
    const sockets = new Set<Socket>();
    const attempt = new AbortController();
    const silent = createServer((socket) => {
      sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => undefined));
      socket.resume();
      attempt.abort();
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const channel = mails.channelTo((silent.address() as AddressInfo).port, { host: '127.0.0.1' });
    await expect(channel.send(emailTo('jo@customer.example'), attempt.signal)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The attempt took too long and was ended',
    });
    await until(() => sockets.size === 0);
    silent.close();
  });

  it.each([
    ['jo@customer.example\r\nBcc: eve@evil.example', 'is not valid'],
    ['jo@customer.example, eve@evil.example', 'is not valid'],
    ['jo@customer.example> SIZE=1', 'is not valid'],
    ['Jo <jo@customer.example>', 'is not valid'],
    [null, 'has no e-mail address'],
  ])('because of the address %j reaches nobody', async (address, message) => {
    const { server, channel } = await mails.serve();
    await expect(channel.send(emailTo(address), never)).rejects.toMatchObject({
      kind: 'final',
      message: expect.stringContaining(message),
    });
    expect(server.received).toEqual([]);
  });

  it('has no header that a subject brings along', async () => {
    const { server, channel } = await mails.serve();
    const subject = 'o-1\r\nBcc: eve@evil.example\r\n\r\nhello';
    await channel.send(emailTo('jo@customer.example', { subject, orderId: 'o\r\nBcc: eve@evil.example' }), never);
    const [{ to, source } = { to: [], source: '' }] = server.received;
    expect(to).toEqual(['jo@customer.example']);
    expect(headersOf(source).filter((line) => /^bcc:/i.test(line))).toEqual([]);
  });

  it('because mail is not configured says what to set', async () => {
    const channel = new EmailChannel(undefined);
    await expect(channel.send(emailTo('jo@customer.example'), never)).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
