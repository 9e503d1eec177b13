import { type FailureKind, SendFailure } from '../channel.js';

/** What nodemailer adds to an error. */
interface MailError extends Error {
  readonly code?: string;
  /** The system's, where nodemailer's own code hides it: ECONNREFUSED. */
  readonly originalCode?: string;
  readonly timeoutType?: string;
  /** The command that failed: RCPT TO, DATA, AUTH PLAIN. */
  readonly command?: string;
  readonly response?: string;
  readonly responseCode?: number;
}

/** The server shuts down, or wants authentication first: it does not take another message either. */
const NOT_ABOUT_MESSAGE = new Set([421, 530, 534, 535, 538]);
/** The server says no to this recipient or this message; what it says before, such as to MAIL FROM, is about us. */
const STAGES_OF_MESSAGE = new Set(['RCPT TO', 'DATA']);

/** `rejected` and `final` only if the server does not take this recipient or message; then it takes others. */
export function sendFailureOf(error: Error): SendFailure {
  const { code, originalCode, timeoutType, command, responseCode, response } = error as MailError;
  if (code === 'EABORT') return new SendFailure('The attempt took too long and was ended', 'unavailable');
  const stage = stageOf(command);
  if (responseCode) {
    const status = [responseCode, enhancedStatusOf(response)].filter(Boolean).join(' ');
    return new SendFailure(`The mail server responded to ${stage} with ${status}`, kindOf(stage, responseCode));
  }
  const reason = printable(timeoutType ?? originalCode ?? code ?? 'unknown error');
  return new SendFailure(`The connection to the mail server failed at ${stage}: ${reason}`, 'unavailable');
}

function kindOf(stage: string, responseCode: number): FailureKind {
  if (!STAGES_OF_MESSAGE.has(stage) || NOT_ABOUT_MESSAGE.has(responseCode)) return 'unavailable';
  return responseCode >= 500 ? 'final' : 'rejected';
}

function stageOf(command: string | undefined): string {
  return !command || command === 'CONN' ? 'the connection' : printable(command);
}

/** RFC 3463, such as 5.1.1. */
const enhancedStatusOf = (response = '') => /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];

const printable = (text: string) => text.replace(/[^ -~]+/g, ' ').slice(0, 60);
