import { afterEach, describe, expect, it } from '@jest/globals';
import { never } from '../../testing/webhook-messages.js';
import { emailTo, TestEmails } from '../../testing/emails.js';
import { isEmailAddress, MAX_ADDRESS_LENGTH } from './email-address.js';

const emails = new TestEmails();

afterEach(() => emails.stop());

/** One less than the maximum, which smtp-server does not take: it counts the brackets as well. */
const LONG = `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(3)}com`.padEnd(MAX_ADDRESS_LENGTH - 1, 'c');

describe('an address that a contact may have', () => {
  it.each(['a@b.co', "o'hara!#$%&*/=?^_`{|}~-@example.com", 'Anna.B+shop@Shop.Example', LONG])(
    'is the recipient of its mail: %s',
    async (address) => {
      expect(isEmailAddress(address)).toBe(true);
      const { server, channel } = await emails.serve();
      await channel.send(emailTo(address), never);
      expect(server.received.map(({ to }) => to.map((each) => each.toLowerCase()))).toEqual([[address.toLowerCase()]]);
    },
  );
});
