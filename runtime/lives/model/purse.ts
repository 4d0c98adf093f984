type Account = 'wallet' | 'held' | 'owed' | 'promised' | 'earned' | 'promo' | 'promoHeld';

/** A household's money as a list of entries; what it has is what they add up to. Paise. */
export class Purse {
  readonly #entries: { account: Account; amount: number }[] = [];

  get wallet(): number {
    return this.#sum('wallet');
  }
  get held(): number {
    return this.#sum('held');
  }
  get owed(): number {
    return this.#sum('owed');
  }
  /** What the dairy has earned from it. */
  get earned(): number {
    return this.#sum('earned');
  }

  /** Money comes in: it first clears what is owed. */
  gain(amount: number): void {
    const cleared = Math.min(amount, this.owed);
    this.#enter('owed', -cleared);
    this.#enter('wallet', amount - cleared);
  }

  spend(amount: number): void {
    this.#enter('wallet', -amount);
  }

  /** A discount on what is ordered next, never money. */
  get promo(): number {
    return this.#sum('promo');
  }

  get promoHeld(): number {
    return this.#sum('promoHeld');
  }

  grant(amount: number): void {
    this.#enter('promo', amount);
  }

  /** As much of a price as there is credit for is set aside for an order; answers how much. */
  discount(price: number): number {
    const amount = Math.min(price, this.promo);
    this.#enter('promo', -amount);
    this.#enter('promoHeld', amount);
    return amount;
  }

  /** What was set aside for an order is over: so much of it is used, the rest can be used again. */
  useUp(discount: number, used: number): void {
    this.#enter('promoHeld', -discount);
    this.#enter('promo', discount - used);
  }

  /** An order is paid: the money is set aside, what the balance lacks is owed. */
  setAside(amount: number): void {
    const there = Math.min(amount, Math.max(0, this.wallet));
    this.#enter('wallet', -there);
    this.#enter('owed', amount - there);
    this.#enter('held', amount);
  }

  /** An order that was paid came, so much of it; the rest is the household's again. */
  deliver(amount: number, worth: number): void {
    this.#enter('held', -amount);
    this.#enter('earned', worth);
    if (amount > worth) this.gain(amount - worth);
  }

  /** What comes on account and is not at the door yet. */
  get promised(): number {
    return this.#sum('promised');
  }

  promise(amount: number): void {
    this.#enter('promised', amount);
  }

  /** An order on account came, so much of it, or did not come at all. */
  charge(amount: number, worth: number): void {
    this.#enter('promised', -amount);
    this.#enter('owed', worth);
    this.#enter('earned', worth);
  }

  /** An order came, and so much cash was counted for it. */
  payAtDoor(worth: number, cash: number): void {
    this.#enter('earned', worth);
    if (cash < worth) this.#enter('owed', worth - cash);
    if (cash > worth) this.gain(cash - worth);
  }

  #enter(account: Account, amount: number): void {
    this.#entries.push({ account, amount });
  }

  #sum(account: string): number {
    let sum = 0;
    for (const entry of this.#entries) if (entry.account === account) sum += entry.amount;
    return sum;
  }
}
