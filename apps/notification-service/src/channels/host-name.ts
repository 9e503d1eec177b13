/** A label of a host name (RFC 1123), as a regular expression. */
export const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
/** Begins with a letter, so that no name is read as a number, and thus as an IPv4 address. */
export const LAST_LABEL = '[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
