import fc from 'fast-check';

/** Adds a sentence to the story of a life. */
export type Tell = (sentence: string) => void;

/** Where a failure that is printed is played again from: `SEED=<seed> LIFE=<path>`. */
function replayed(): { seed?: number; path?: string } {
  const { SEED, LIFE } = process.env;
  return { ...(SEED ? { seed: Number(SEED) } : {}), ...(LIFE ? { path: LIFE } : {}) };
}

function toldAs(seed: number, path: string | null, story: readonly string[]): string {
  return [
    `A life went wrong. Play it again with SEED=${seed} LIFE=${path}. Its shortest form:`,
    ...story,
  ].join('\n');
}

/** Plays so many random lives; one that goes wrong is cut short as far as it stays wrong, and told in sentences. */
export function live<L>(lives: fc.Arbitrary<L>, count: number, play: (life: L, tell: Tell) => void): void {
  let story: string[] = [];
  let worst: string[] = [];
  const property = fc.property(lives, (life) => {
    story = [];
    try {
      play(life, (sentence) => story.push(sentence));
    } catch (error) {
      worst = story;
      throw error;
    }
  });
  const { failed, seed, counterexamplePath, errorInstance } = fc.check(property, {
    numRuns: count,
    ...replayed(),
  });
  if (failed) throw new Error(toldAs(seed, counterexamplePath, worst), { cause: errorInstance });
}
