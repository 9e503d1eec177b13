import { LABEL, LAST_LABEL } from '../host-name.js';

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";

/** A mailbox of RFC 5321 without quotes, address literals and dotless domains: nothing in it separates addresses or headers. */
export const EMAIL_ADDRESS = new RegExp(`^(?![^@]{65})${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+${LAST_LABEL}$`);
export const MAX_ADDRESS_LENGTH = 254;

/** The rule for senders and for recipients: mail is sent to any address that a contact may have. */
export const isEmailAddress = (text: string): boolean => text.length <= MAX_ADDRESS_LENGTH && EMAIL_ADDRESS.test(text);
