const SECRET_NAMES = 'password|passwd|secret|token|authorization|cookie|api[-_]?key|email|smtp_?url|database_?url';

const NAME = String.raw`[\w-]*(?:${SECRET_NAMES})[\w-]*`;

/** A member of JSON whose name says that it holds a secret. */
const SECRET_MEMBER = new RegExp(String.raw`("${NAME}"\s*:\s*")(?:[^"\\]|\\.)+`, 'gi');
/** The same in JSON that stands as text in another. */
const INNER_SECRET_MEMBER = new RegExp(String.raw`(\\"${NAME}\\"\s*:\s*\\")(?:[^"\\]|\\\\(?:\\.|[^"\\]))+`, 'gi');
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/"'@]+@/gi;
const EMAIL = /[\w.!#$%&'*+=?^`{|}~-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b/gi;
const WEBHOOK_SECRET = /whsec_[A-Za-z0-9+/=_-]+/g;
const CREDENTIALS = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;

/** Most lines hold nothing of the kind, and this is all that they cost. */
const SUSPICIOUS = new RegExp(`@|whsec_|bearer|basic|${SECRET_NAMES}`, 'i');

/**
 * Takes secrets and personal data out of a line of the log, wherever they stand: passwords in addresses, email addresses,
 * webhook secrets, credentials, and whatever a member with a telling name holds. JSON stays JSON.
 */
export function redact(line: string): string {
  if (!SUSPICIOUS.test(line)) return line;
  return line
    .replace(SECRET_MEMBER, '$1[redacted]')
    .replace(INNER_SECRET_MEMBER, '$1[redacted]')
    .replace(USER_INFO, '$1[redacted]@')
    .replace(WEBHOOK_SECRET, 'whsec_[redacted]')
    .replace(CREDENTIALS, '$1 [redacted]')
    .replace(EMAIL, '[email]');
}
