/** Work that the clock starts. EventBridge Scheduler on AWS and the one-machine runtime both read this table. */
export interface Timer {
  readonly lambda: 'order' | 'payment' | 'delivery' | 'notification';
  readonly timer: string;
  readonly everySeconds: number;
  /**
   * All that can give it something to do, so that a clock that is moved over days (TEST_CLOCK) need not fire it at
   * every multiple of its pace. A timer that does not say is fired once an hour there. Life does not read this.
   */
  readonly wakes?: readonly Wake[];
}

/**
 * CUTOFF: a clock time at which some slot is cut off; MIDNIGHT: the dairy's day begins; a clock time that is a setting;
 * or rows whose time comes, by a sparse index of what is to be done (docs/decisions/0008).
 */
export type Wake =
  | 'CUTOFF'
  | 'MIDNIGHT'
  | { readonly setting: 'lowBalanceTime' }
  | { readonly table: string; readonly index: string; readonly work: string };

const todo = (table: string, work: string): Wake => ({ table, index: 'byTodo', work });

export const timers: readonly Timer[] = [
  { lambda: 'order', timer: 'expireOrders', everySeconds: 60, wakes: [todo('Orders', 'EXPIRE')] },
  { lambda: 'order', timer: 'releaseUnresolved', everySeconds: 600, wakes: [todo('Orders', 'RESOLVE')] },
  // Its own rule is 5 s after a cutoff.
  { lambda: 'order', timer: 'runOrders', everySeconds: 5, wakes: ['CUTOFF'] },
  { lambda: 'order', timer: 'followSubscriptions', everySeconds: 600, wakes: ['CUTOFF', 'MIDNIGHT'] },
  { lambda: 'order', timer: 'closeDays', everySeconds: 600, wakes: ['CUTOFF'] },
  { lambda: 'order', timer: 'countStanding', everySeconds: 60, wakes: ['CUTOFF', 'MIDNIGHT'] },
  {
    lambda: 'payment',
    timer: 'reconcilePayments',
    everySeconds: 60,
    wakes: [todo('Payments', 'RECONCILE'), todo('Refunds', 'RECONCILE')],
  },
  {
    lambda: 'payment',
    timer: 'billAccounts',
    everySeconds: 1800,
    wakes: [todo('Accounts', 'BILL'), todo('Bills', 'DUE')],
  },
  { lambda: 'payment', timer: 'collectTopUps', everySeconds: 60, wakes: [todo('AutoTopUps', 'COLLECT')] },
  { lambda: 'order', timer: 'tellAhead', everySeconds: 600, wakes: [{ setting: 'lowBalanceTime' }] },
  { lambda: 'order', timer: 'recordFigures', everySeconds: 600, wakes: ['MIDNIGHT'] },
  { lambda: 'payment', timer: 'closeBooks', everySeconds: 1800, wakes: ['MIDNIGHT'] },
  { lambda: 'payment', timer: 'expirePromos', everySeconds: 600, wakes: [todo('Promos', 'EXPIRE')] },
  { lambda: 'delivery', timer: 'assignWaiting', everySeconds: 60, wakes: [todo('Orders', 'ASSIGN')] },
  { lambda: 'notification', timer: 'sendWaiting', everySeconds: 60, wakes: [todo('Notifications', 'SEND')] },
];
