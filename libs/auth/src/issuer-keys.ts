import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { IssuerUnavailable } from './denied.js';

const TIMEOUT_MS = 5_000;
/** How often at most an unknown key id makes the service ask the issuer. */
const COOLDOWN_MS = 30_000;
/** How long a failed request for the keys counts as the answer. */
const FAILURE_MS = 5_000;
const RELOAD_MS = 300_000;
/** How long keys are used that cannot be refreshed. */
const MAX_AGE_MS = 86_400_000;
const MAX_BYTES = 256 * 1_024;

export interface IssuerKeysOptions {
  readonly jwksUrl: string;
  /** What went wrong, for the log, and whether known keys are still in use; at most once in 5 s. */
  readonly onFailure: (error: Error, areKnown: boolean) => void;
}

/**
 * The issuer's public keys (RFC 7517). They are fetched when a token first needs them, and again every five minutes, whether tokens
 * come or not, and for an unknown key id. While the issuer is unavailable, known keys remain in use for a day.
 * @returns rejects with {@link IssuerUnavailable}, or with an error of jose if the issuer has no such key
 */
export function issuerKeys({ jwksUrl, onFailure }: IssuerKeysOptions): JWTVerifyGetKey {
  let fetchedAt = -Infinity;
  const areKnown = () => performance.now() - fetchedAt < MAX_AGE_MS;
  const fetchKeys = failingFast((error) => onFailure(error, areKnown()));
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    timeoutDuration: TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: Infinity, // reloaded below, without anybody waiting
    [customFetch]: async (...request) => {
      const response = await fetchKeys(...request);
      fetchedAt = performance.now();
      return response;
    },
  });
  const reload = () => keys.reload().catch(() => undefined); // reported by fetchKeys
  setInterval(() => areKnown() && void reload(), RELOAD_MS).unref();
  return async (header, token) => {
    try {
      if (!areKnown()) await keys.reload();
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new IssuerUnavailable('The keys of the issuer cannot be fetched', { cause: error });
    }
  };
}

/** Fetches, and repeats a failure without a request for some time, so that an issuer that is down is not asked per token. */
function failingFast(onFailure: (error: Error) => void): FetchImplementation {
  let failure: { readonly error: Error; readonly at: number } | undefined;
  return async (url, options) => {
    if (failure && performance.now() - failure.at < FAILURE_MS) throw failure.error;
    try {
      const response = await fetch(url, { ...options, redirect: 'error' });
      if (!response.ok) throw new Error(`${url} responded with ${response.status}`);
      const keys = JSON.parse(await readBounded(response)) as JSONWebKeySet;
      createLocalJWKSet(keys); // throws if it is something else
      failure = undefined;
      return Response.json(keys);
    } catch (error) {
      failure = { error: error as Error, at: performance.now() };
      onFailure(failure.error);
      throw error;
    }
  };
}

async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > MAX_BYTES) throw new Error(`The keys take more than ${MAX_BYTES} bytes`);
    text += decoder.decode(chunk as Uint8Array, { stream: true });
  }
  return text + decoder.decode();
}
