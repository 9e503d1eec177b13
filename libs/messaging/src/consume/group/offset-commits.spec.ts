import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Consumer, TopicPartitionOffset } from 'kafkajs';
import { OffsetCommits } from './offset-commits.js';

const FIRST = { topic: 't', partition: 0 };
const SECOND = { topic: 't', partition: 1 };

function recording() {
  const committed: TopicPartitionOffset[][] = [];
  const broker = { isAway: false };
  const commitOffsets = async (offsets: TopicPartitionOffset[]) => {
    if (broker.isAway) throw new Error('no coordinator');
    committed.push(offsets);
  };
  return { commits: new OffsetCommits({ commitOffsets } as unknown as Consumer), committed, broker };
}

describe('OffsetCommits', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('commits the latest offset of each partition twice a second, and nothing twice', async () => {
    const { commits, committed } = recording();
    commits.add(FIRST, '1');
    commits.add(SECOND, '7');
    commits.add(FIRST, '2');
    await jest.advanceTimersByTimeAsync(1_100);
    expect(committed).toEqual([
      [
        { ...FIRST, offset: '2' },
        { ...SECOND, offset: '7' },
      ],
    ]);
    await commits.stop();
    expect(committed).toHaveLength(1);
  });

  it('commits the rest when it stops', async () => {
    const { commits, committed } = recording();
    commits.add(FIRST, '3');
    await commits.stop();
    expect(committed).toEqual([[{ ...FIRST, offset: '3' }]]);
  });

  it('tries again what it could not commit, and forgets it with the next assignment', async () => {
    const { commits, committed, broker } = recording();
    broker.isAway = true;
    commits.add(FIRST, '3');
    commits.add(SECOND, '4');
    await jest.advanceTimersByTimeAsync(600);
    broker.isAway = false;
    commits.add(FIRST, '5');
    await jest.advanceTimersByTimeAsync(600);
    expect(committed).toEqual([
      [
        { ...FIRST, offset: '5' },
        { ...SECOND, offset: '4' },
      ],
    ]);
    commits.add(FIRST, '6');
    commits.clear();
    await commits.stop();
    expect(committed).toHaveLength(1);
  });
});
