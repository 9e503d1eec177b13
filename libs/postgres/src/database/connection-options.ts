import type { ClientConfig } from 'pg';

export interface DatabaseAddress {
  readonly url: string;
  /** The authority in PEM that signed the server's certificate. With it, the connection is by TLS to the host of the URL and no other. */
  readonly ca?: string | undefined;
}

/** What `pg` connects by. It would drop the authority for an `sslmode` in the URL. */
export function connectionOptions({ url, ca }: DatabaseAddress): ClientConfig {
  if (ca === undefined) return { connectionString: url };
  const [address = '', query] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete('sslmode');
  return { connectionString: `${address}?${parameters}`, ssl: { ca, rejectUnauthorized: true } };
}
