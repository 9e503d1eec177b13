import { ValidateBy } from 'class-validator';

/** The URL of a PostgreSQL database for `pg`: it has a host and a name, and can be decoded. */
export function IsDatabaseUrl(): PropertyDecorator {
  const message = '$property must look like postgres://user:password@host:port/name, with special characters as %xx';
  const validate = (value: unknown) => typeof value === 'string' && isDatabaseUrl(value);
  return ValidateBy({ name: 'isDatabaseUrl', validator: { validate, defaultMessage: () => message } });
}

function isDatabaseUrl(text: string): boolean {
  const withHost = text.replace('@/', '@socket/'); // the folder of a socket is given by a parameter: ?host=/var/run/postgresql
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(withHost)) return false;
  const { hostname, pathname, username, password, searchParams } = new URL(withHost);
  const hasHost = hostname !== '' && (withHost === text || searchParams.has('host'));
  return hasHost && pathname.length > 1 && [hostname, pathname, username, password].every(canBeDecoded);
}

function canBeDecoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}
