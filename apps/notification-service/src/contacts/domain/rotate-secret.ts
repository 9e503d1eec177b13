/** Long enough to change the secret of a receiver at any time of its day. */
export const ROTATION_MS = 86_400_000;

/** The secrets that sign a webhook's messages. */
export interface SigningSecrets {
  readonly current: string;
  /** Signs too until `previousUntil`. */
  readonly previous: string | null;
  readonly previousUntil: Date | null;
}

/**
 * The secrets after a change: another secret than the current one makes that the previous one, for 24 hours.
 * @param stored null if there are none
 * @param wanted the secret that the customer wants; undefined keeps the current one
 * @param fresh a new secret, used if there is neither
 */
export function rotateSecret(
  stored: SigningSecrets | null,
  wanted: string | undefined,
  { fresh, now }: { readonly fresh: string; readonly now: Date },
): SigningSecrets {
  if (!stored) return { current: wanted ?? fresh, previous: null, previousUntil: null };
  if (wanted === undefined || wanted === stored.current) return stored;
  return { current: wanted, previous: stored.current, previousUntil: new Date(now.getTime() + ROTATION_MS) };
}
