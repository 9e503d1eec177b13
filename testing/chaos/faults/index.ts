import { disksCanBeHad } from '../system/disk.ts';
import { clockSkew } from './clock-skew.ts';
import { deleteRecords } from './delete-records.ts';
import { foreignCodecs } from './foreign-codecs.ts';
import { freeze } from './freeze.ts';
import { issuerAway } from './issuer-away.ts';
import { fullDisks } from './full-disk.ts';
import { addPartition, rewind } from './kafka-admin.ts';
import { killBroker, killKafka, killPostgres, rollingRestart, serviceKills } from './kill.ts';
import { duplicate, expensivePoison, poison } from './messages.ts';
import { lowerLimit } from './lower-limit.ts';
import { networkFaults } from './network.ts';
import { outsideLock } from './outside-lock.ts';
import { receiversFail } from './receivers-fail.ts';
import { restoreDatabase } from './restore-database.ts';
import { slowClients } from './slow-clients.ts';
import { twoVersions } from './two-versions.ts';
import type { Fault } from './fault.ts';

const calm: Fault = {
  name: 'calm',
  about: 'nothing at all, for as long as it takes to see that nothing goes wrong by itself',
  draw: () => ({ durationMs: 20_000 }),
  strike: async () => async () => {},
};

/** All faults. */
export const FAULTS: readonly Fault[] = [
  ...serviceKills,
  killBroker,
  killKafka,
  killPostgres,
  freeze,
  ...networkFaults,
  ...fullDisks,
  rewind,
  duplicate,
  poison,
  addPartition,
  rollingRestart,
  foreignCodecs,
  expensivePoison,
  outsideLock,
  lowerLimit,
  deleteRecords,
  clockSkew,
  restoreDatabase,
  twoVersions,
  slowClients,
  ...receiversFail,
  issuerAway,
  calm,
];

/** @param name of a fault */
export const needsDisks = (name: string) => fullDisks.some((fault) => fault.name === name);

/** @param name of a fault */
export const needsIssuer = (name: string) => name === issuerAway.name;

/**
 * @param isSecure whether the system has an issuer
 * @returns the names of the faults that are possible on this machine
 */
export const possibleFaults = (isSecure: boolean): string[] =>
  FAULTS.map(({ name }) => name).filter(
    (name) => (disksCanBeHad() || !needsDisks(name)) && (isSecure || !needsIssuer(name)),
  );
