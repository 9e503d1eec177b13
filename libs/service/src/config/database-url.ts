import { ValidateBy, type ValidationArguments } from 'class-validator';

/** The URL of a PostgreSQL database for `pg`: it has a host and a name, can be decoded, and leaves no doubt about TLS. */
export function IsDatabaseUrl(): PropertyDecorator {
  const validate = (value: unknown) => problemOf(value) === undefined;
  const defaultMessage = (parameters?: ValidationArguments) => `$property must ${problemOf(parameters?.value)}`;
  return ValidateBy({ name: 'isDatabaseUrl', validator: { validate, defaultMessage } });
}

/** What the URL must be and is not. */
function problemOf(value: unknown): string | undefined {
  const url = typeof value === 'string' ? parse(value) : undefined;
  if (!url) return 'look like postgres://user:password@host:port/name, with special characters as %xx';
  const aboutTls = [...url.searchParams].filter(([name]) => /^(ssl|uselibpqcompat)/i.test(name));
  const isClear = aboutTls.every(([name, mode]) => name === 'sslmode' && ['verify-full', 'disable'].includes(mode));
  if (!isClear) return 'say sslmode=verify-full, sslmode=disable, or nothing about TLS: a CA goes into DATABASE_SSL_CA';
  return undefined;
}

function parse(text: string): URL | undefined {
  const withHost = text.replace('@/', '@socket/'); // the folder of a socket is given by a parameter: ?host=/var/run/postgresql
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(withHost)) return undefined;
  const url = new URL(withHost);
  const { hostname, pathname, username, password, searchParams } = url;
  const hasHost = hostname !== '' && (withHost === text || searchParams.has('host'));
  const isWhole = hasHost && pathname.length > 1 && [hostname, pathname, username, password].every(canBeDecoded);
  return isWhole ? url : undefined;
}

function canBeDecoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
