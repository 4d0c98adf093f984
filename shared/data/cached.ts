import type { Clock } from '#shared/ports/ports.ts';

/**
 * A value read from the store and kept for a moment: served as it is for `freshMs`, renewed in the background
 * from then on, and never older than `maxMs`. `forget` makes the next read wait for the store, so that a
 * process sees its own changes at once.
 */
export class Cached<T> {
  readonly #load: () => Promise<T>;
  readonly #clock: Clock;
  readonly #freshMs: number;
  readonly #maxMs: number;
  #value: { at: number; value: T } | undefined;
  #loading: Promise<T> | undefined;
  #generation = 0;

  constructor(load: () => Promise<T>, clock: Clock, { freshMs = 1_000, maxMs = 2_000 } = {}) {
    this.#load = load;
    this.#clock = clock;
    this.#freshMs = freshMs;
    this.#maxMs = maxMs;
  }

  get(): Promise<T> | T {
    const held = this.#value;
    const age = held ? this.#time() - held.at : Number.POSITIVE_INFINITY;
    // A clock that was set back makes the age negative: such a value is renewed, not trusted.
    if (!held || age > this.#maxMs || age < 0) return this.#renew();
    // A failed renewal is met by whoever has to wait for the next one.
    if (age > this.#freshMs) this.#renew().catch(() => undefined);
    return held.value;
  }

  forget(): void {
    this.#generation++;
    this.#value = undefined;
    this.#loading = undefined;
  }

  #time(): number {
    return this.#clock.ageMs?.() ?? this.#clock.now().getTime();
  }

  #renew(): Promise<T> {
    if (this.#loading) return this.#loading;
    const generation = this.#generation;
    const at = this.#time();
    const loading = this.#load()
      .then((value) => {
        if (generation === this.#generation) this.#value = { at, value };
        return value;
      })
      .finally(() => {
        if (this.#loading === loading) this.#loading = undefined;
      });
    this.#loading = loading;
    return loading;
  }
}
