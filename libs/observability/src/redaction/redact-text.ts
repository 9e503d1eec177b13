import { cutText } from './cut-text.js';
import { hideEmails } from './hide-emails.js';

/** Maximum length of a text in a log line, span or health report, in UTF-16 code units. */
export const LONGEST_TEXT = 2_048;
/** How far beyond the cut secrets are searched, so that one across the cut is recognised. */
const MARGIN = 256;

const HIDDEN = '[redacted]';
/** Names that are followed by a colon in prose only if a value follows. */
const STRONG = 'password|passwd|secret|authorization|cookie|api[-_]?key';
const NAMES = `${STRONG}|token|email|smtp_?url|database_?url`;
const NAME_END = String.raw`[\w-]{0,40}`;
const QUOTED = String.raw`(\\{0,8}")(?:[^"\\]|\\[^])*|(')[^']*`;

/** `"password": …` in JSON within a text, also in nested JSON; of an object or list, it and everything after it is redacted. */
const MEMBER = new RegExp(
  String.raw`((?:${NAMES})${NAME_END}\\{0,8}["']\s{0,4}:\s{0,4})(?!\[redacted\])(?:${QUOTED}|[{[][^]*|[^\s,}\]"']+)`,
  'gi',
);
/** `password=…`, `?access_token=…`, `secret: …`. */
const SETTING = new RegExp(
  String.raw`((?:${NAMES})${NAME_END}(?:\s{0,4}=\s{0,4}|:(?=\S))|(?:${STRONG})${NAME_END}:\s{1,4})(?!(?:\w+\s+)?\[redacted\])((?:Bearer|Basic|Digest)\s+)?(?:${QUOTED}|[^\s&;"'<>]+)`,
  'gi',
);
const COOKIES = /(cookie:\s{0,4})[^\r\n]+/gi;
/** Up to the last `@` before the path or, if a password contains `/`, before the end of the URL. */
const USER_INFO = /:\/\/(?:[^\s/"'<>?#]*@|[^\s/:@"'<>]{0,256}:(?!\d{1,5}(?:[/?#\s]|$))[^\s"'<>]{0,256}@)/g;
const WEBHOOK_SECRET = /whsec_[A-Za-z0-9+/=_-]+/g;
const CREDENTIALS = /\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi;
const JWT = /(?<![\w-])eyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*){0,3}/g;

const SECRET_NAME = new RegExp(NAMES, 'i');
/** Most texts do not match, and cost nothing more than this test. */
const SUSPICIOUS = new RegExp(`@|whsec_|bearer|basic|eyJ|${NAMES}`, 'i');

/** Whether a text may contain a secret; JSON that contains such a text is suspicious too. */
export function isSuspicious(text: string): boolean {
  return SUSPICIOUS.test(text);
}

/** Whether a member with this name holds a secret or personal data. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/**
 * Redacts secrets and personal data: passwords in URLs, email addresses, webhook secrets, credentials, JSON Web Tokens, and
 * values after names such as `password`. Cuts the text to `longest` UTF-16 code units, and then appends its original length.
 * Takes time in proportion to `longest`, whatever the text.
 */
export function redactText(text: string, longest = LONGEST_TEXT): string {
  if (text.length <= longest) return cutText(hideSecrets(text), longest);
  const mark = `… (${text.length} characters)`;
  const seen = hideSecrets(cutText(text, longest + MARGIN));
  return cutText(seen, Math.max(0, Math.min(longest - mark.length, seen.length - MARGIN))) + mark;
}

function hideSecrets(text: string): string {
  if (!isSuspicious(text)) return text;
  const hidden = text
    .replace(COOKIES, `$1${HIDDEN}`)
    .replace(MEMBER, `$1$2$3${HIDDEN}`)
    .replace(SETTING, `$1$2$3$4${HIDDEN}`)
    .replace(WEBHOOK_SECRET, `whsec_${HIDDEN}`)
    .replace(CREDENTIALS, `$1 ${HIDDEN}`)
    .replace(JWT, HIDDEN);
  return hidden.includes('@') ? hideEmails(hidden.replace(USER_INFO, `://${HIDDEN}@`)) : hidden;
}
