import { expect, it } from '@jest/globals';
import { channelOf, channelsOf } from './channels.js';
import { eventFrame, joinFrames } from './event-frame.js';

it('A frame has the fields that are given, and data on one line', () => {
  expect(String(eventFrame({ id: '7', event: 'reset', data: { text: 'a\nb' } }))).toBe(
    'id: 7\nevent: reset\ndata: {"text":"a\\nb"}\n\n',
  );
  expect(String(eventFrame({ retry: 1_000, id: undefined }))).toBe('retry: 1000\n\n');
});

it('Only the last of joined frames has an id', () => {
  const frames = [eventFrame({ data: 1 }), eventFrame({ data: 2 })];
  expect(String(joinFrames(frames, '7'))).toBe('data: 1\n\nid: 7\ndata: 2\n\n');
  expect(String(joinFrames(frames, undefined))).toBe('data: 1\n\ndata: 2\n\n');
  expect(String(joinFrames([], '7'))).toBe('');
});

it('A change is in the channels of all filters that it satisfies', () => {
  const members = ['customer', 'status'] as const;
  const filters = [{}, { customer: 'a' }, { status: 'OPEN' }, { customer: 'a', status: 'OPEN' }];
  const channels = filters.map((filter) => channelOf<{ customer: string; status: string }>(filter, members));
  expect(channelsOf({ customer: 'a', status: 'OPEN' }, members).sort()).toEqual([...channels].sort());
  expect(channelsOf({ customer: 'b', status: 'OPEN' }, members)).not.toContain(channels[1]);
  expect(channelsOf<{ customer: string; status?: string }>({ customer: 'a' }, members)).toEqual([
    channels[0],
    channels[1],
  ]);
});
