/**
 * @param {string} url of a page or a document
 * @returns {Promise<string | undefined>}
 */
export async function whyNotUp(url) {
  try {
    const response = await fetch(url, {
      headers: { accept: 'text/html, application/json' },
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.ok ? undefined : `status ${response.status}`;
  } catch (error) {
    const { cause, message } = /** @type {Error & { cause?: Error }} */ (error);
    return cause?.message || message;
  }
}
