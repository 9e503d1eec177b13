import { Logger } from '@nestjs/common';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PoolClient } from 'pg';
import { Transaction } from './transaction.js';

afterEach(() => Logger.overrideLogger(true));

describe('Transaction.onCommit', () => {
  it('runs the other actions and logs the error if one throws, since the commit has succeeded', () => {
    const logged: unknown[] = [];
    Logger.overrideLogger({
      log: () => undefined,
      warn: () => undefined,
      error: (_, stack) => void logged.push(stack),
    });
    const ran: string[] = [];
    const tx = new Transaction({} as PoolClient);
    tx.onCommit(() => void ran.push('first'));
    tx.onCommit(() => {
      throw new Error('no line can be written');
    });
    tx.onCommit(() => void ran.push('last'));
    expect(() => tx.runCommitActions()).not.toThrow();
    expect(ran).toEqual(['first', 'last']);
    expect(logged).toEqual([expect.stringContaining('no line can be written')]);
  });
});
