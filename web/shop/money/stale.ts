/** What is told otherwise after money moved. */
export const moneyStale = [
  'GET /payment/wallet',
  'GET /payment/ledger',
  'GET /payment/statement',
  'GET /payment/auto-topup',
] as const;
