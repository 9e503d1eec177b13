import { ValidateBy } from 'class-validator';
import { mailServerOf, senderOf } from './email.options.js';

/** What `mailServerOf` reads. */
export const IsSmtpUrl = () =>
  check(
    'isSmtpUrl',
    (text) => mailServerOf(text, false) !== undefined,
    'smtp(s)://host:port or smtp(s)://user:password@host:port',
  );

/** What `senderOf` reads. */
export const IsSender = () =>
  check('isSender', (text) => senderOf(text) !== undefined, 'an address, or a name and <an address>');

function check(name: string, isValid: (text: string) => boolean, wanted: string): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isValid(value);
  return ValidateBy({ name, validator: { validate, defaultMessage: () => `$property must be ${wanted}` } });
}
