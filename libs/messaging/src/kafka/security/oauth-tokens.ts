export interface OAuthOptions {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: () => string;
  readonly scope?: string;
}

const TIMEOUT_MS = 5_000;
/** A token that is about to expire is not used for a new connection. */
const MARGIN_MS = 30_000;

/** Tokens by the client-credentials grant (RFC 6749, 4.4), each kept until shortly before it expires. */
export function oauthTokens(options: OAuthOptions): () => Promise<{ value: string }> {
  let token: { value: string; staleAt: number } | undefined;
  return async () => {
    if (!token || Date.now() >= token.staleAt) token = await requestToken(options);
    return { value: token.value };
  };
}

async function requestToken({ tokenUrl, clientId, clientSecret, scope }: OAuthOptions) {
  const credentials = [clientId, clientSecret()].map(encodeURIComponent).join(':');
  const askedAt = Date.now();
  const response = await fetch(tokenUrl, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope ? { scope } : {}) }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch((error: Error) => {
    throw new TokenRefused(
      `${tokenUrl} does not answer: ${(error.cause as Error | undefined)?.message ?? error.message}`,
    );
  });
  if (!response.ok) throw new TokenRefused(`${tokenUrl} answers ${response.status}`);
  const { access_token: value, expires_in: seconds = 0 } = (await response.json()) as {
    access_token: string;
    expires_in?: number;
  };
  return { value, staleAt: askedAt + seconds * 1_000 - MARGIN_MS };
}

/** There is no token; the message says why, without secrets. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';
}
