import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { freePort } from '../../tools/stack/ports.mjs';
import { MailServer, type MailMode } from './mail-server.ts';

const [ADA, BOB] = ['ada@customer.example', 'bob@customer.example'];
/** Long enough for its header to be folded between two encoded words. */
const SUBJECT = 'Vielen Dank für Ihre Bestellung, die morgen früh in Köln und übermorgen bei Ihnen eintrifft';

let server: MailServer;
let client: ReturnType<typeof createTransport>;

beforeEach(async () => {
  server = new MailServer(await freePort());
  await server.start();
  client = createTransport(server.url);
});
afterEach(async () => {
  client.close();
  await server.stop();
});

const send = (to: string) =>
  client.sendMail({
    to,
    from: 'shop@shop.example',
    messageId: '<n-1@shop.example>',
    subject: SUBJECT,
    text: '2 × Köln',
  });

it('A mail is decoded, and kept as what its recipient got', async () => {
  await send(ADA);
  expect(server.takenOf(ADA)).toMatchObject([{ notificationId: 'n-1', text: expect.stringContaining('2 × Köln') }]);
  expect(server.received[0]?.text).toContain(`\r\nSubject: ${SUBJECT}\r\n`);
  expect(server.of(BOB)).toEqual([]);
});

it.each<[MailMode, number]>([
  ['refuses', 550],
  ['defers', 451],
])('A server that %s responds to one recipient with %d', async (mode, responseCode) => {
  server.set(mode, ADA);
  await expect(send(ADA)).rejects.toMatchObject({ command: 'RCPT TO', responseCode });
  await send(BOB);
  server.set('works', ADA);
  await send(ADA);
  expect(server.received.map(({ recipient }) => recipient)).toEqual([BOB, ADA]);
});

it('A server that hangs has the mail, and does not say so', async () => {
  server.set('hangs');
  const failed = expect(send(ADA)).rejects.toThrow();
  while (server.received.length === 0) await new Promise(setImmediate);
  await server.stop();
  await failed;
  expect(server.received).toMatchObject([{ recipient: ADA, isTaken: false }]);
});

it('A server that drops connections has the mail, and does not say so', async () => {
  server.set('drops');
  await expect(send(ADA)).rejects.toThrow();
  expect(server.received).toMatchObject([{ recipient: ADA, isTaken: false }]);
});

it('A server can be stopped and started again', async () => {
  for (const count of [1, 2]) {
    await server.stop();
    await expect(send(ADA)).rejects.toMatchObject({ code: 'ESOCKET' });
    await server.start();
    await send(ADA);
    expect(server.takenOf(ADA).length).toBe(count);
  }
});
