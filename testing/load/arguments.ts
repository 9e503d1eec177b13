import { parseOptions } from '../../tools/stack/arguments.mjs';
import { Failure } from '../../tools/stack/failure.mjs';

export const USAGE = `npm run load -- [options]
  --orders N               how many orders to post (10000)
  --connections N          over how many connections at once (64)
  --customers N            for how many customers (100)
  --patience SECONDS       the longest wait for any one thing: a 201, the last decision, the last notification (120)
  --order-url URL          http://localhost:3001
  --inventory-url URL      http://localhost:3002
  --notification-url URL   http://localhost:3003
  --json                   the result as JSON
Only loopback addresses are taken. Where the services demand tokens: ORDERFLOW_TOKEN, or ORDERFLOW_TOKEN_FILE, is one of staff.`;

const OPTIONS = {
  orders: { type: 'string', default: '10000' },
  connections: { type: 'string', default: '64' },
  customers: { type: 'string', default: '100' },
  patience: { type: 'string', default: '120' },
  'order-url': { type: 'string', default: 'http://localhost:3001' },
  'inventory-url': { type: 'string', default: 'http://localhost:3002' },
  'notification-url': { type: 'string', default: 'http://localhost:3003' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** @throws {Failure} for one that cannot be meant */
export function readArguments(args: string[]) {
  const values = parseOptions(args, OPTIONS);
  return {
    help: values.help,
    json: values.json,
    orders: count('orders', values.orders, 1_000_000),
    connections: count('connections', values.connections, 10_000),
    customers: count('customers', values.customers, 100_000),
    patienceMs: count('patience', values.patience, 86_400) * 1000,
    orderUrl: values['order-url'],
    inventoryUrl: values['inventory-url'],
    notificationUrl: values['notification-url'],
  };
}

export function count(name: string, text: string, most: number) {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new Failure(`--${name} must be a whole number, 1 to ${most}`);
}
