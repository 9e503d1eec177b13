/** `npm run -s token -- customer CUST-123`, `… staff` or `… operator`: prints an access token of the local issuer. */
import { existsSync } from 'node:fs';
import { describeFailure, Failure } from '../stack/failure.mjs';
import { issuerDir, issuerPort } from '../stack/local-issuer.mjs';
import { fileIn } from './keys.mjs';
import { requestToken } from './request-token.mjs';
import { CUSTOMER_ID, isRole } from './roles.mjs';

const USAGE = 'Usage: npm run -s token -- customer CUST-123 | staff | operator';

try {
  const [role, customerId, ...others] = process.argv.slice(2);
  const names = customerId === undefined ? role !== 'customer' : role === 'customer' && CUSTOMER_ID.test(customerId);
  if (!isRole(role) || !names || others.length > 0) throw new Failure(USAGE);
  if (!existsSync(fileIn(issuerDir))) throw new Failure('There is no local issuer: start it by npm start -- --auth');
  const token = await requestToken({ port: issuerPort(process.env), folder: issuerDir, role, customerId });
  process.stdout.write(`${token}\n`);
} catch (error) {
  console.error(describeFailure(error));
  process.exitCode = 1;
}
