import { isIP } from 'node:net';
import { ValidateBy } from 'class-validator';

const NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i;

const isHost = (text: string) => isIP(text) !== 0 || NAME.test(text);

function isHostAndPort(text: string): boolean {
  const [, address, name = '', port = ''] = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
  const hasHost = address === undefined ? isHost(name) : isIP(address) === 6;
  return hasHost && Number(port) >= 1 && Number(port) <= 65_535;
}

/** What a process listens on: an address without brackets, or one of its own names. */
export const IsListenAddress = () => check('isListenAddress', isHost, 'an address such as 127.0.0.1 or ::, or a name');

/** Names as in a `Host` header, without port; a leading dot includes all names below it. */
export const AreHostNames = () =>
  check('areHostNames', (text) => NAME.test(text.replace(/^\./, '')), 'names without port, separated by commas', true);

function isNetwork(text: string): boolean {
  const [, address = '', length] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && (length === undefined || Number(length) <= (version === 4 ? 32 : 128));
}

/** Addresses, or networks as `10.0.0.0/8`. */
export const AreNetworks = () =>
  check('areNetworks', isNetwork, 'addresses or networks as 10.0.0.0/8, separated by commas', true);

/** `host:port`, with an IPv6 address in brackets. */
export const AreHostsAndPorts = () =>
  check('areHostsAndPorts', isHostAndPort, 'host:port, several separated by commas; IPv6 as [::1]:9092', true);

function check(name: string, isValid: (text: string) => boolean, wanted: string, each = false): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isValid(value);
  return ValidateBy({ name, validator: { validate, defaultMessage: () => `$property must be ${wanted}` } }, { each });
}
