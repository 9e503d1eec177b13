import { say } from './steps.mjs';

/** @param {Pick<ReturnType<typeof import('./environment.mjs').planStack>, 'kafkaPort' | 'postgresPort' | 'mail' | 'issuer' | 'databases' | 'services'> & { security?: import('../../deploy/secrets.mjs').Secrets }} plan */
export function showAddresses({ kafkaPort, postgresPort, mail, issuer, databases, services, security }) {
  say('running; Ctrl-C stops it');
  /** @type {(name: string, ...addresses: string[]) => string} */
  const row = (name, ...addresses) => `  ${[name.padEnd(20), ...addresses].join('  ')}`;
  const rows = services.map(({ name, port }) => row(name, `http://localhost:${port}`, `http://localhost:${port}/docs`));
  if (kafkaPort) rows.push(row('Kafka', `localhost:${kafkaPort}`));
  for (const database of postgresPort ? databases : []) {
    const [user, tls] = security
      ? ['orderflow', `?sslmode=verify-full&sslrootcert=${security.caFile}`]
      : ['orderflow:orderflow', ''];
    rows.push(row('Postgres', `postgres://${user}@localhost:${postgresPort}/${database}${tls}`));
  }
  if (mail) rows.push(row('mail', `http://localhost:${mail.pagePort}`, `smtp://localhost:${mail.smtpPort}`));
  if (issuer) rows.push(row('issuer', `http://localhost:${issuer.port}`));
  const token = issuer ? `\nA token: npm run -s token -- customer CUST-123 | staff | operator` : '';
  process.stdout.write(`\n${rows.join('\n')}\n${token}\n${tryThis(services, issuer !== undefined)}\n`);
}

/** @param {{ name: string, port: number }[]} services @param {boolean} withToken */
function tryThis(services, withToken) {
  const orders = services.find(({ name }) => name === 'order-service');
  if (!orders) return 'Try: npx nx serve order-service';
  const order = { customerId: 'CUST-123', items: [{ itemId: 'ITEM-001', quantity: 2 }], totalAmount: 2500 };
  const token = withToken ? ' -H "Authorization: Bearer $(npm run -s token -- customer CUST-123)"' : '';
  return `Try: curl -X POST http://localhost:${orders.port}/orders${token} -H 'Content-Type: application/json' -d '${JSON.stringify(order)}'`;
}
