import { describe, expect, it } from '@jest/globals';
import { PermanentError, TypeNotHandled, PositionLost } from '../envelope/message-errors.js';
import { OutboxFull } from '../publish/outbox.options.js';
import { CommitOutcomeUnknown, DatabaseNotReady, NoConnection } from '@orderflow/postgres';
import { describeFailure, type FailureKind, FailurePolicy } from './failure-policy.js';
import { ConsumerStopped } from './kill-switch/kill-switch.js';

const withCode = (code: string) => Object.assign(new Error('from the server'), { code });

describe('the failure policy', () => {
  it.each<[string, unknown, whereReachable: FailureKind, whereUnreachable: FailureKind]>([
    ['bad input', new PermanentError('DATA_INVALID', 'no'), 'bad-input', 'bad-input'],
    ['a bug', new TypeError('x is undefined'), 'bug', 'bug'],
    ['something thrown that is no error', 'oops', 'bug', 'bug'],
    ['a broken constraint', withCode('23505'), 'bug', 'bug'],
    ['a deadlock', withCode('40P01'), 'contention', 'contention'],
    ['a lock timeout', withCode('55P03'), 'contention', 'contention'],
    ['a statement timeout', withCode('57014'), 'contention', 'contention'],
    ['a transaction timeout', withCode('25P04'), 'bug', 'bug'],
    ['a serialization failure', withCode('40001'), 'contention', 'contention'],
    ['a type of another version', new TypeNotHandled('no'), 'type-not-handled', 'type-not-handled'],
    ['a read-only server', withCode('25006'), 'bug', 'unavailable'],
    ['a lost position', new PositionLost('moved'), 'unavailable', 'unavailable'],
    ['no database yet', new DatabaseNotReady('not yet'), 'unavailable', 'unavailable'],
    ['no connection to begin with', new NoConnection(withCode('ECONNREFUSED')), 'unavailable', 'unavailable'],
    ['a full outbox', new OutboxFull('full'), 'unavailable', 'unavailable'],
    ['the kill switch', new ConsumerStopped('stopped'), 'unavailable', 'unavailable'],
    ['a torn commit', new CommitOutcomeUnknown(new Error('gone')), 'bug', 'unavailable'],
    ['a refused connection', withCode('ECONNREFUSED'), 'bug', 'unavailable'],
    ['a server that shuts down', withCode('57P01'), 'bug', 'unavailable'],
    ['a server that starts', withCode('57P03'), 'bug', 'unavailable'],
    ['too many connections', withCode('53300'), 'bug', 'unavailable'],
    ['a full disk', withCode('53100'), 'bug', 'unavailable'],
    ['a lost connection', new Error('Connection terminated unexpectedly'), 'bug', 'unavailable'],
  ])('takes %s by its type, and asks the database where that is not enough', async (_, error, reachable, away) => {
    const kinds = [true, false].map((isThere) => {
      return new FailurePolicy({ isReachable: () => Promise.resolve(isThere) }).kindOf(error);
    });
    expect(await Promise.all(kinds)).toEqual([reachable, away]);
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

  it('truncates long texts and removes NUL characters', () => {
    const { message } = describeFailure(new Error(`a\0${'x'.repeat(5_000)}`));
    expect(message.length).toBe(1_000);
    expect(message).not.toContain('\0');
  });

  it('contains no secrets, neither in the message nor in the stack', () => {
    const failure = describeFailure(new Error('cannot reach postgres://shop:s3cr3t@db/shop as anna@example.com'));
    expect(failure.message).toBe('cannot reach postgres://[redacted]@db/shop as [email]');
    expect(failure.stack).toContain('postgres://[redacted]@db/shop');
    expect(failure.stack).not.toMatch(/s3cr3t|anna/);
  });

  it('never truncates in the middle of a surrogate pair', () => {
    for (const before of ['', 'x']) {
      const error = Object.assign(new Error(before + '😀'.repeat(5_000)), { code: before + '😀'.repeat(100) });
      for (const text of Object.values(describeFailure(error))) expect(Buffer.from(text).toString()).toBe(text);
    }
  });

  it.each([
    undefined,
    null,
    1n,
    Object.create(null),
    Object.assign(new Error('x'), { message: 5, code: 'x'.repeat(9_999) }),
  ])('describes whatever is thrown (%#)', (error) => {
    const { code, message } = describeFailure(error);
    expect(code).toMatch(/^\w{1,100}$/);
    expect(message).toEqual(expect.any(String));
  });
});
