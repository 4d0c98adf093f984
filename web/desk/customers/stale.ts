/** What is read anew after something of a household has changed. */
export const staleHousehold = [
  'GET /payment/wallet',
  'GET /payment/ledger',
  'GET /payment/promo',
  'GET /payment/bills',
  'GET /order/list',
  'GET /order/subscriptions',
  'GET /order/calendar',
  'GET /order/receipts',
  'GET /order/problems',
  'GET /user/profile',
  'GET /admin/customers',
  'GET /admin/board',
] as const;
