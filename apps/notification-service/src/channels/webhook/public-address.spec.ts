import { expect, it } from '@jest/globals';
import { isPublicAddress } from './public-address.js';

it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111'])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

it.each([
  ['loopback', ['127.0.0.1', '127.255.255.254', '::1']],
  ['unspecified', ['0.0.0.0', '0.1.2.3', '::']],
  ['private', ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fd12::1', 'fec0::1']],
  ['shared by a carrier', ['100.64.0.1']],
  ['link-local', ['169.254.0.1', 'fe80::1', 'fe80::1%eth0']],
  ['of metadata', ['169.254.169.254', '168.63.129.16', 'fd00:ec2::254']],
  ['multicast or broadcast', ['224.0.0.1', '255.255.255.255', 'ff02::1']],
  ['reserved', ['192.0.2.1', '198.18.0.1', '240.0.0.1', '2001:db8::1', '3fff::1', '100::1', '4000::1']],
  ['mapped to IPv6', ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:0:127.0.0.1', '::ffff:8.8.8.8']],
  ['compatible with IPv4', ['::127.0.0.1', '::a9fe:a9fe', '::8.8.8.8']],
  ['translated (NAT64)', ['64:ff9b::7f00:1', '64:ff9b:1::1']],
  ['tunnelled (6to4, Teredo)', ['2002:7f00:1::', '2001::1']],
])('what is %s is not public', (_, addresses) => {
  expect(addresses.filter(isPublicAddress)).toEqual([]);
});
