import { expect, test } from 'vitest';
import { onDemand } from './onDemand.ts';

test('Nothing is made until somebody asks, and then once for all', () => {
  const made: object[] = [];
  const asked = onDemand(() => {
    made.push({});
    return made.at(-1);
  });
  expect(made).toEqual([]);
  expect(asked()).toBe(asked());
  expect(made).toHaveLength(1);
});

test('What could not be made is tried anew', () => {
  let tries = 0;
  const asked = onDemand(() => {
    tries++;
    if (tries === 1) throw new Error('not yet');
    return tries;
  });
  expect(asked).toThrow('not yet');
  expect(asked()).toBe(2);
  expect(asked()).toBe(2);
});
