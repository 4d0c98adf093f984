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

/** A life that went wrong is cut short for so long; then the shortest so far is told. */
const CUTTING_MS = 60_000;

/** Keeps the stories of lives, and throws the one of the shortest life that went wrong. */
class Teller {
  #story: string[] = [];
  #worst: string[] = [];
  #until = Number.POSITIVE_INFINITY;

  get isOver(): boolean {
    return performance.now() > this.#until;
  }

  begin(): Tell {
    this.#story = [];
    return (sentence) => this.#story.push(sentence);
  }

  wrong(): void {
    this.#worst = this.#story;
    this.#until = Math.min(this.#until, performance.now() + CUTTING_MS);
  }

  end<L>({ failed, seed, counterexamplePath, errorInstance }: fc.RunDetails<[L]>): void {
    if (failed) throw new Error(toldAs(seed, counterexamplePath, this.#worst), { cause: errorInstance });
  }
}

/** Plays so many random lives; one that goes wrong is cut short as far as it stays wrong, and told in sentences. */
export function live<L>(lives: fc.Arbitrary<L>, count: number, play: (life: L, tell: Tell) => void): void {
  const teller = new Teller();
  const property = fc.property(fc.noBias(lives), (life) => {
    if (teller.isOver) return;
    try {
      play(life, teller.begin());
    } catch (error) {
      teller.wrong();
      throw error;
    }
  });
  teller.end(fc.check(property, { numRuns: count, ...replayed() }));
}

/** The same for lives that take their time. */
export async function liveSlowly<L>(
  lives: fc.Arbitrary<L>,
  count: number,
  play: (life: L, tell: Tell) => Promise<void>,
): Promise<void> {
  const teller = new Teller();
  const property = fc.asyncProperty(fc.noBias(lives), async (life) => {
    if (teller.isOver) return;
    try {
      await play(life, teller.begin());
    } catch (error) {
      teller.wrong();
      throw error;
    }
  });
  teller.end(await fc.check(property, { numRuns: count, ...replayed() }));
}
