import { expect, test } from 'vitest';
import { quietUntil } from './quietHours.ts';

const night = { from: '22:00', to: '06:00' };
const at = (instant: string, hours = night, zone = 'Asia/Kolkata') =>
  quietUntil(new Date(instant), hours, zone);

test('A message at 23:30 waits until six the next morning', () => {
  expect(at('2027-01-04T18:00:00Z')).toBe('2027-01-05T00:30:00.000Z');
});

test('A message at 05:59 waits until six the same morning, one at six does not wait', () => {
  expect(at('2027-01-05T00:29:59.999Z')).toBe('2027-01-05T00:30:00.000Z');
  expect(at('2027-01-05T00:30:00Z')).toBeUndefined();
});

test('The evening is not quiet before ten', () => {
  expect(at('2027-01-04T16:29:59.999Z')).toBeUndefined();
  expect(at('2027-01-04T16:30:00Z')).toBe('2027-01-05T00:30:00.000Z');
});

test('Quiet hours within one day end on that day', () => {
  const siesta = { from: '13:00', to: '15:30' };
  expect(at('2027-01-04T08:00:00Z', siesta)).toBe('2027-01-04T10:00:00.000Z');
  expect(at('2027-01-04T10:00:00Z', siesta)).toBeUndefined();
});

test('A dairy without quiet hours, or with an empty window, never waits', () => {
  expect(quietUntil(new Date('2027-01-04T20:00:00Z'), null, 'Asia/Kolkata')).toBeUndefined();
  expect(at('2027-01-04T20:00:00Z', { from: '22:00', to: '22:00' })).toBeUndefined();
});

test('In the night the clocks go forward the wait ends at six by the new time', () => {
  expect(at('2027-03-27T23:30:00Z', night, 'Europe/London')).toBe('2027-03-28T05:00:00.000Z');
});
