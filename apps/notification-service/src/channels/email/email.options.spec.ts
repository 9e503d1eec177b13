import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@orderflow/service';
import { NotificationServiceConfig } from '../../app.config.js';
import { emailOptionsOf, mailServerOf, senderOf } from './email.options.js';

const complete = { DATABASE_URL: 'postgres://u:p@localhost/db', KAFKA_BROKERS: 'localhost:9092' };
const configOf = (variables: object) => loadConfig(NotificationServiceConfig, { ...complete, ...variables });

describe('mailServerOf', () => {
  it('reads host, port, user and password', () => {
    expect(mailServerOf('smtps://shop%40x:p%40ss%2F@mail.example:2465', false)).toEqual({
      host: 'mail.example',
      port: 2465,
      secure: true,
      auth: { user: 'shop@x', pass: 'p@ss/' },
      startTls: 'required',
    });
  });

  it('knows the ports', () => {
    expect(mailServerOf('smtp://mail.example', false)?.port).toBe(587);
    expect(mailServerOf('smtps://mail.example', false)?.port).toBe(465);
    expect(mailServerOf('smtp://[::1]:1025', false)).toMatchObject({ host: '::1', port: 1025 });
  });

  it.each([
    ['smtp://mail.example', false, 'required'],
    ['smtp://mail.example', true, 'offered'],
    ['smtp://localhost.mail.example', false, 'required'],
    ['smtp://127.0.0.1.mail.example', false, 'required'],
    ['smtp://localhost:1025', false, 'ignored'],
    ['smtp://127.0.0.1:1025', false, 'ignored'],
    ['smtp://[::1]:1025', false, 'ignored'],
  ])('of %s, with clear text allowed: %s, has STARTTLS %s', (url, allowed, startTls) => {
    expect(mailServerOf(url, allowed)?.startTls).toBe(startTls);
  });
});

describe('senderOf', () => {
  it.each([
    ['orders@shop.example', { name: '', address: 'orders@shop.example' }],
    ['The Shop <orders@shop.example>', { name: 'The Shop', address: 'orders@shop.example' }],
    ['<orders@shop.example>', { name: '', address: 'orders@shop.example' }],
  ])('reads %s', (text, sender) => {
    expect(senderOf(text)).toEqual(sender);
  });
});

describe('the configuration', () => {
  it.each([
    'https://mail.example',
    'smtp://',
    'smtp://mail.example/path',
    'smtp://mail.example?tls=no',
    'smtp://user@mail.example',
    'smtp://u:50%@mail.example',
    'mail.example:587',
  ])('refuses SMTP_URL=%s without printing it', (SMTP_URL) => {
    const load = () => configOf({ SMTP_URL, EMAIL_FROM: 'orders@shop.example' });
    expect(load).toThrow(/^Invalid configuration: SMTP_URL must be [^\n]+$/);
    expect(load).not.toThrow(SMTP_URL);
  });

  it.each(['orders', 'a@b.example, c@d.example', 'Shop <a@b.example> x', 'Shop\n<a@b.example>', 'a@b@c'])(
    'refuses EMAIL_FROM=%j',
    (EMAIL_FROM) => {
      expect(() => configOf({ SMTP_URL: 'smtp://localhost', EMAIL_FROM })).toThrow(/EMAIL_FROM must be/);
    },
  );

  it('needs EMAIL_FROM with SMTP_URL, and neither of them without', () => {
    expect(() => configOf({ SMTP_URL: 'smtp://localhost' })).toThrow(/^[^\n]*EMAIL_FROM is missing[^\n]*$/);
    expect(emailOptionsOf(configOf({}))).toBeUndefined();
    expect(emailOptionsOf(configOf({ SMTP_URL: 'smtp://localhost', EMAIL_FROM: 'a@b.example' }))).toMatchObject({
      server: { host: 'localhost' },
      from: { address: 'a@b.example' },
    });
  });
});
