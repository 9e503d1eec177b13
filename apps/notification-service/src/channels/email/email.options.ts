import { isEmailAddress } from './email-address.js';

/** How mail is sent. */
export interface EmailOptions {
  readonly server: MailServer;
  readonly from: Sender;
}

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte on (`smtps:`). */
  readonly secure: boolean;
  readonly auth?: { readonly user: string; readonly pass: string };
  /**
   * - `required`: nothing is sent before STARTTLS
   * - `offered`: STARTTLS if the server has it
   * - `ignored`: for this machine's own server
   */
  readonly startTls: 'required' | 'offered' | 'ignored';
}

export interface Sender {
  readonly name: string;
  readonly address: string;
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const SENDER = /^(?:(?<name>[^<>"\p{Cc}]{0,100}?) *<(?<inner>[^<>]+)>|(?<plain>[^<>]+))$/u;

/**
 * @param url `smtp://user:password@host:port` or `smtps://…`
 * @returns undefined if it is neither
 */
export function mailServerOf(url: string, allowCleartext: boolean): MailServer | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(url);
  const defaultPort = PORTS[protocol];
  const user = decoded(username);
  const pass = decoded(password);
  const hasMore = !/^\/?$/.test(pathname) || search !== '' || hash !== '';
  if (!defaultPort || !hostname || hasMore || user === undefined || pass === undefined) return undefined;
  if ((user === '') !== (pass === '')) return undefined;
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    host,
    port: port ? Number(port) : defaultPort,
    secure: protocol === 'smtps:',
    ...(user && { auth: { user, pass } }),
    startTls: LOOPBACK.test(host) ? 'ignored' : allowCleartext ? 'offered' : 'required',
  };
}

/** @returns undefined unless both `SMTP_URL` and `EMAIL_FROM` are set, and valid */
export function emailOptionsOf(config: {
  readonly smtpUrl?: string;
  readonly smtpAllowCleartext: boolean;
  readonly emailFrom?: string;
}): EmailOptions | undefined {
  const server = mailServerOf(config.smtpUrl ?? '', config.smtpAllowCleartext);
  const from = senderOf(config.emailFrom ?? '');
  return server && from && { server, from };
}

/** @param text `orders@shop.example` or `The Shop <orders@shop.example>`; undefined if it is neither */
export function senderOf(text: string): Sender | undefined {
  const { name = '', inner, plain } = SENDER.exec(text.trim())?.groups ?? {};
  const address = inner ?? plain ?? '';
  return isEmailAddress(address) ? { name: name.trim(), address } : undefined;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
