import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newKey, TestContacts, wanted, WEBHOOK_URL } from '../testing/test-contacts.js';
import type { PutContactOutcome } from './put-contact.js';
import { ReencryptSecrets } from './reencrypt-secrets.js';
import { SecretCipher } from './secret-cipher.js';

const KEY = newKey();

let tests: TestContacts;
let replica: ReturnType<TestContacts['replica']>;
let customerId: string;

beforeAll(async () => {
  tests = await TestContacts.create();
});
beforeEach(() => {
  customerId = randomUUID();
  replica = tests.replica([KEY]);
});
afterAll(() => tests.test.drop());

const put = (contact = {}, to = replica) => to.putContact.execute(wanted(customerId, contact));
const secretIn = (outcome: PutContactOutcome) => ('webhookSecret' in outcome ? outcome.webhookSecret : undefined);
const newSecret = () => `whsec_${randomBytes(24).toString('base64')}`;
const withSecret = (secret: string) => ({ webhook: { url: WEBHOOK_URL, secret } });
const secrets = async (of = replica) => (await of.ofCustomers(customerId))[0]?.webhook?.secrets;

describe('the secret of a webhook', () => {
  it('is shown again by each PUT, and stays when the rest changes', async () => {
    const first = secretIn(await put());
    expect(secretIn(await put())).toBe(first);
    expect(secretIn(await put({ webhook: { url: 'https://other.example/', secret: undefined } }))).toBe(first);
    expect(await secrets()).toEqual([first]);
  });

  it('signs for 24 hours together with the one that replaces it', async () => {
    const [old, current] = [newSecret(), newSecret()];
    await put(withSecret(old));
    await put(withSecret(current));
    expect(await secrets()).toEqual([current, old]);
    await put({ ...withSecret(current), language: 'de' });
    expect(await secrets()).toEqual([current, old]);
    await tests.test.database.query(
      "UPDATE contacts SET previous_secret_until = previous_secret_until - interval '24 hours' WHERE customer_id = $1",
      [customerId],
    );
    expect(await secrets()).toEqual([current]);
  });

  it('is not in the database, and not in another customer’s reach', async () => {
    const secret = newSecret();
    await put(withSecret(secret));
    const [row] = await tests.test.database.query<{ all: string; webhook_secret: Buffer }>(
      'SELECT contacts::text AS all, webhook_secret FROM contacts WHERE customer_id = $1',
      [customerId],
    );
    const stored = [row?.all, row?.webhook_secret.toString('latin1')].join();
    for (const text of [secret, secret.slice(6), Buffer.from(secret).toString('hex')])
      expect(stored).not.toContain(text);
    const thief = randomUUID();
    await replica.putContact.execute(wanted(thief));
    await tests.test.database.query('UPDATE contacts SET webhook_secret = $2 WHERE customer_id = $1', [
      thief,
      row?.webhook_secret,
    ]);
    expect(await replica.ofCustomers(thief)).toMatchObject([{ webhook: { secrets: [] } }]);
  });

  it('is encrypted with the first key, and found with an old one', async () => {
    const secret = newSecret();
    await put(withSecret(secret));
    const next = newKey();
    expect(await secrets(tests.replica([next, KEY]))).toEqual([secret]);
    expect(await secrets(tests.replica([next]))).toEqual([]);
    await put({ ...withSecret(secret), language: 'de' }, tests.replica([next, KEY]));
    expect(await secrets(tests.replica([next]))).toEqual([secret]);
  });

  it('is made anew if no key decrypts it', async () => {
    await put(withSecret(newSecret()));
    const other = tests.replica([newKey()]);
    const made = secretIn(await put({}, other));
    expect(await secrets(other)).toEqual([made]);
  });
});

describe('a new first key', () => {
  it('encrypts all secrets again, so that the old key can be removed, and leaves those alone that no key decrypts', async () => {
    const [old, current] = [newSecret(), newSecret()];
    await put(withSecret(old));
    await put(withSecret(current));
    const lost = randomUUID();
    await tests.replica([newKey()]).putContact.execute(wanted(lost));
    const next = newKey();
    const database = tests.test.database;
    const [before] = await database.query('SELECT * FROM contacts WHERE customer_id = $1', [lost]);
    const reencryption = new ReencryptSecrets(database, new SecretCipher([next, KEY]));
    await reencryption.execute();
    expect(await secrets(tests.replica([next]))).toEqual([current, old]);
    expect(await database.query('SELECT * FROM contacts WHERE customer_id = $1', [lost])).toEqual([before]);
    const written = await database.query('SELECT xmin FROM contacts ORDER BY customer_id');
    await new ReencryptSecrets(database, new SecretCipher([next, KEY])).execute();
    expect(await database.query('SELECT xmin FROM contacts ORDER BY customer_id')).toEqual(written);
  });
});
