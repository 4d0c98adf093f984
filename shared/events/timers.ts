/** Work that the clock starts. EventBridge Scheduler on AWS and the one-machine runtime both read this table. */
export interface Timer {
  readonly lambda: 'order' | 'payment' | 'delivery' | 'notification';
  readonly timer: string;
  readonly everySeconds: number;
}

export const timers: readonly Timer[] = [
  { lambda: 'order', timer: 'expireOrders', everySeconds: 60 },
  { lambda: 'order', timer: 'releaseUnresolved', everySeconds: 600 },
  { lambda: 'order', timer: 'runOrders', everySeconds: 60 },
  { lambda: 'order', timer: 'followSubscriptions', everySeconds: 600 },
  { lambda: 'payment', timer: 'reconcilePayments', everySeconds: 60 },
  { lambda: 'delivery', timer: 'assignWaiting', everySeconds: 60 },
  { lambda: 'notification', timer: 'sendWaiting', everySeconds: 60 },
];
