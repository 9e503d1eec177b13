import { describe, expect, it } from '@jest/globals';
import { PermanentError } from '@orderflow/kafka';
import { OutboxFull } from '@orderflow/outbox';
import { CommitOutcomeUnknown, DatabaseNotReady } from '@orderflow/postgres';
import { describeFailure, type FailureKind, kindOf } from './failure-policy.js';

const withCode = (code: string) => Object.assign(new Error('from the server'), { code });

describe('kindOf', () => {
  it.each<[string, unknown, FailureKind]>([
    ['bad input', new PermanentError('DATA_INVALID', 'no'), 'permanent'],
    ['a bug', new TypeError('x is undefined'), 'own'],
    ['something thrown that is no error', 'oops', 'own'],
    ['a broken constraint', withCode('23505'), 'own'],
    ['a deadlock', withCode('40P01'), 'own'],
    ['a lock timeout', withCode('55P03'), 'own'],
    ['a statement timeout', withCode('57014'), 'own'],
    ['no database yet', new DatabaseNotReady('not yet'), 'surroundings'],
    ['a full outbox', new OutboxFull('full'), 'surroundings'],
    ['a torn commit', new CommitOutcomeUnknown(new Error('gone')), 'surroundings'],
    ['a refused connection', withCode('ECONNREFUSED'), 'surroundings'],
    ['a server that shuts down', withCode('57P01'), 'surroundings'],
    ['a server that starts', withCode('57P03'), 'surroundings'],
    ['too many connections', withCode('53300'), 'surroundings'],
    ['a full disk', withCode('53100'), 'surroundings'],
    ['a lost connection', new Error('Connection terminated unexpectedly'), 'surroundings'],
  ])('takes %s as %s', (_, error, kind) => {
    expect(kindOf(error)).toBe(kind);
  });
});

describe('describeFailure', () => {
  it.each([
    [new PermanentError('DATA_INVALID', 'no'), 'DATA_INVALID'],
    [withCode('23505'), 'SQLSTATE_23505'],
    [withCode('ORDER_UNKNOWN'), 'ORDER_UNKNOWN'],
    [new TypeError('x'), 'TYPE_ERROR'],
    ['oops', 'ERROR'],
  ])('gives %s the code %s', (error, code) => {
    expect(describeFailure(error).code).toBe(code);
  });

  it('cuts what is long, and keeps no NUL', () => {
    const { message } = describeFailure(new Error(`a\0${'x'.repeat(5_000)}`));
    expect(message.length).toBe(1_000);
    expect(message).not.toContain('\0');
  });
});
