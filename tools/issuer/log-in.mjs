import { text } from 'node:stream/consumers';
import { AUDIENCE, CUSTOMER_ID, isRole, ROLES, SCOPES } from './roles.mjs';

const MAX_BYTES = 4_096;

/**
 * The page on which someone chooses who to be. There is no password: it listens on loopback, for trying things out.
 * @param {import('oidc-provider').Provider} provider
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 */
export async function logIn(provider, request, response) {
  try {
    const { params } = await provider.interactionDetails(request, response);
    const chosen = request.method === 'POST' ? await readChoice(request) : undefined;
    if (!chosen) return respondWithPage(response);
    const { role, accountId } = chosen;
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope('openid');
    grant.addResourceScope(AUDIENCE, ROLES[role].join(' '));
    // What a page asks for beyond its role is refused for good; otherwise the provider would ask again and again.
    grant.rejectResourceScope(AUDIENCE, SCOPES.filter((scope) => !ROLES[role].includes(scope)).join(' '));
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(request, response, { login: { accountId }, consent });
  } catch {
    response.writeHead(400, { 'content-type': 'text/plain' }).end('This login has expired: begin again at /docs');
  }
}

/** @param {import('node:http').IncomingMessage} request */
async function readChoice(request) {
  if (Number(request.headers['content-length'] ?? Infinity) > MAX_BYTES) return undefined;
  const form = new URLSearchParams(await text(request));
  const [role, customerId = ''] = [form.get('role'), form.get('customerId')?.trim()];
  if (!isRole(role)) return undefined;
  if (role !== 'customer') return { role, accountId: role };
  return CUSTOMER_ID.test(customerId) ? { role, accountId: `customer ${customerId}` } : undefined;
}

/** @param {import('node:http').ServerResponse} response */
function respondWithPage(response) {
  const roles = Object.entries(ROLES).map(
    ([role, scopes], index) =>
      `<label><input type="radio" name="role" value="${role}"${index === 0 ? ' checked' : ''}> ${role} <small>${scopes.join(', ')}</small></label>`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Log in to Orderflow</title>
<style>:root { color-scheme: light dark } body { max-width: 32rem; margin: 3rem auto; padding: 0 1rem; font: 16px/1.8 system-ui, sans-serif } label { display: block }</style>
<h1>Log in</h1>
<p>This issuer is for trying things out: choose who you are.</p>
<form method="post">
${roles.join('\n')}
<p><label>Customer <input name="customerId" value="CUST-123"></label></p>
<button>Log in</button>
</form>
</html>
`);
}
