/** One body, query or payload for every door, by the door's name. */
export type Sample = Record<string, unknown>;

const address = {
  line1: '123 Main St',
  line2: 'Second floor',
  city: 'Bengaluru',
  pincode: '560001',
  lat: 12.97,
  lng: 77.59,
  note: 'The blue gate',
};
const page = { limit: '10', cursor: 'eyJhIjoiYiJ9' };
const deliverySlot = '2027-01-06T02:30:00Z';
const login = { name: 'Jimmy', email: 'jimmy@example.com', password: 'test123', phone: '+919812345678' };
const product = {
  productId: 'P101',
  name: 'Cow Milk',
  price: 50,
  category: 'Milk',
  unit: '1 l',
  description: 'From the cows of the valley',
  imageUrl: '/product/image?file=cow-milk.svg',
  lowStockAt: 5,
  taxes: { CGST: 250, SGST: 250 },
  hsn: '0401',
  taxChanges: [{ from: '2027-04-01', taxes: { CGST: 600, SGST: 600 } }],
  deposit: 10,
};
const delivery = {
  deliveryId: 'D101',
  status: 'DELIVERED',
  reason: 'NOBODY_HOME',
  proof: { note: 'At the door', receivedBy: 'Jimmy', photo: 'proof.jpg' },
  location: { lat: 12.97, lng: 77.59 },
  at: '2027-01-05T00:10:00Z',
  cashCollected: 100,
  items: [{ productId: 'P101', delivered: 1 }],
  shortGoods: 'WASTE',
  paidBy: 'QR',
  providerRef: 'upi-4711',
  empties: [{ productId: 'P101', count: 1 }],
};

/** One red dot. */
const picture = {
  contentType: 'image/png',
  data: 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
};

/** Standing orders that begin, or would. */
const subscribing: Sample[] = [
  {
    userId: 'U101',
    items: [{ productId: 'P101', qty: 2, qtyByWeekday: { SUN: 3 } }],
    schedule: { type: 'WEEKDAYS', days: ['MON', 'WED'] },
    startDate: '2027-01-06',
    endDate: '2027-03-31',
    slot: 'MORNING',
    address,
    paymentMethod: 'COD',
  },
  {
    items: [{ productId: 'P101', qty: 2 }],
    schedule: { type: 'EVERY_N_DAYS', n: 3 },
    startDate: '2027-01-06',
    slot: 'MORNING',
    paymentMethod: 'WALLET',
  },
  {
    items: [{ productId: 'P101', qty: 2 }],
    schedule: { type: 'MONTHLY', daysOfMonth: [1, 15] },
    startDate: '2027-01-06',
    slot: 'MORNING',
    paymentMethod: 'WALLET',
  },
];

/** What can become of a standing order. */
const changes: Sample[] = [
  { subscriptionId: 'S101', action: 'SKIP', day: '2027-01-06' },
  { subscriptionId: 'S101', action: 'UNSKIP', day: '2027-01-06' },
  { subscriptionId: 'S101', action: 'PAUSE', from: '2027-01-06', to: '2027-01-08', productIds: ['P101'] },
  { subscriptionId: 'S101', action: 'RESUME', from: '2027-01-06', reanchor: true },
  {
    subscriptionId: 'S101',
    action: 'CHANGE',
    from: '2027-01-06',
    items: [{ productId: 'P101', qty: 2 }],
    schedule: { type: 'DAILY' },
    slot: 'MORNING',
    address,
    paymentMethod: 'COD',
  },
  {
    subscriptionId: 'S101',
    action: 'ADD_ONE_OFF',
    day: '2027-01-06',
    items: [{ productId: 'P101', qty: 1 }],
  },
  { subscriptionId: 'S101', action: 'CANCEL', from: '2027-01-06' },
];

/**
 * Together the samples of a door give every field it knows, so that each can be taken away or made wrong; where
 * two fields exclude each other there is a sample for each.
 */
export const samples: Record<string, readonly Sample[]> = {
  register: [{ userId: 'U900', ...login, address }],
  login: [{ email: 'jimmy@example.com', password: 'test123' }],
  requestCode: [{ phone: '+919812345678' }],
  loginByCode: [{ phone: '+919812345678', code: '042719' }],
  refresh: [
    { refreshToken: `SN1.U101.${'a'.repeat(43)}` },
    { refreshToken: `SN1.U101.${'a'.repeat(43)}`, retryKey: '0b5c3f1e-7d0a-4f3e-9a61-2f6f0c1d8e55' },
  ],
  logout: [{}],
  changePassword: [{ currentPassword: 'not-his-password', newPassword: 'test1234' }],
  forgotPassword: [{ email: 'jimmy@example.com' }],
  resetPassword: [{ code: 'R1.abc', password: 'test1234' }],
  viewProfile: [{ userId: 'U101' }],
  updateProfile: [
    {
      userId: 'U101',
      name: 'Jimmy',
      email: 'jimmy@example.com',
      phone: '+919812345678',
      address,
      addresses: [address],
      preferences: { language: 'hi', email: true, sms: false },
    },
  ],
  exportProfile: [{ userId: 'U101' }],
  eraseProfile: [{ userId: 'U101' }],
  keySet: [{}],

  listProducts: [
    { category: 'Milk', q: 'cow', inStock: 'true', minPrice: '10', maxPrice: '99.5', all: 'true', ...page },
  ],
  getProductDetails: [{ productId: 'P101' }],
  getProductImage: [{ file: 'cow-milk.svg' }],

  addToCart: [{ userId: 'U101', productId: 'P101', qty: 2 }],
  getCart: [{ userId: 'U101' }],
  setCartItem: [{ userId: 'U101', productId: 'P101', qty: 2 }],
  clearCart: [{ userId: 'U101' }],

  listSlots: [{ date: '2027-01-05', pincode: '560001' }],
  createOrder: [
    {
      userId: 'U101',
      cartItems: [{ productId: 'P101', qty: 2 }],
      totalAmount: 100,
      deliverySlot,
      address,
      paymentMethod: 'CARD',
    },
  ],
  listOrders: [{ userId: 'U101', status: 'CREATED', ...page }],
  validateOrder: [
    {
      userId: 'U101',
      cartItems: [{ productId: 'P101', qty: 2 }],
      totalAmount: 100,
      deliverySlot,
      address,
      paymentMethod: 'CARD',
    },
  ],
  viewInvoice: [{ orderId: 'O101', noteId: 'RPAY1-CREDIT-1', format: 'json' }],
  cancelOrder: [{ orderId: 'O101', reason: 'Away', goods: 'RETURN' }],
  setOrderStatus: [{ orderId: 'O101', status: 'PACKED' }],

  subscribeOrder: subscribing,
  previewSubscribe: subscribing,
  listSubscriptions: [{ userId: 'U101', ...page }],
  viewCalendar: [{ userId: 'U101', from: '2027-01-05', to: '2027-02-04' }],
  changeSubscription: changes,
  previewChange: changes,
  listReceipts: [{ userId: 'U101', subscriptionId: 'S101', ...page }],

  processPayment: [{ orderId: 'O101', amount: 100, paymentMethod: 'CARD', paymentToken: 'tok_success' }],
  paymentWebhook: [{}],
  refundPayment: [{ orderId: 'O101', amount: 27.5, reason: 'Sour milk', to: 'WALLET' }],
  viewWallet: [{ userId: 'U101' }],
  topUpWallet: [
    { userId: 'U101', amount: 500, paymentMethod: 'UPI', paymentToken: 'tok_success', save: true },
  ],
  withdrawFromWallet: [{ userId: 'U101', amount: 27.5 }],
  listPayouts: [{}],
  settlePayout: [{ refundId: 'RW1-BANK', status: 'FAILED', reason: 'The account is closed' }],
  enterPayout: [{ payoutRef: 'po_1', amount: 980, fee: 20 }],
  listDisputes: [{ status: 'OPENED', ...page }],
  handOverCash: [{ courierId: 'U9', counted: 27.5 }],
  bankCash: [{ amount: 27.5 }],
  viewCash: [{ ...page }],
  writeOffDebt: [{ userId: 'U101', amount: 27.5, reason: 'Moved away' }],
  grantAccount: [{ userId: 'U101', creditLimit: 500, billing: 'MONTHLY', dueDays: 14 }],
  grantPromo: [{ userId: 'U101', amount: 50, reason: 'Welcome', expiresOn: '2027-02-28' }],
  viewPromo: [{ userId: 'U101' }],
  viewMoneyOwed: [{}],
  listBills: [{ userId: 'U101', ...page }],
  viewStatement: [{ userId: 'U101', month: '2027-01', format: 'json' }],
  viewAutoTopUp: [{ userId: 'U101' }],
  setAutoTopUp: [
    {
      userId: 'U101',
      enabled: true,
      amount: 500,
      days: 3,
      paymentMethod: 'UPI',
      paymentToken: 'tok_success',
    },
  ],
  viewLedger: [{ userId: 'U101', from: '2027-01-01', to: '2027-01-31', ...page }],

  trackOrder: [{ orderId: 'O101' }],
  reportProblem: [{ orderId: 'O101', productId: 'P101', qty: 1, kind: 'SPOILT', note: 'Sour' }],
  listProblems: [{ userId: 'U101', ...page }],
  decideProblem: [{ problemId: 'PRO101-P101-SPOILT', decision: 'CREDIT', amount: 10 }],
  loseBottles: [{ userId: 'U101', productId: 'P101', count: 1, reason: 'Broken' }],
  assignDelivery: [{ orderId: 'O101', courierId: 'U9', deliverySlot, address }],
  viewRun: [{ day: '2027-01-05', courierId: 'U9', ...page }],
  viewRunTotals: [{ day: '2027-01-05', courierId: 'U9' }],
  addDeliveryPhoto: [{ deliveryId: 'D101', ...picture }],
  viewDeliveryPhoto: [{ deliveryId: 'D101', photo: 'D101-photo.png' }],

  correctStop: [
    {
      deliveryId: 'D101',
      items: [{ productId: 'P101', delivered: 1 }],
      shortGoods: 'WASTE',
      cashCollected: 50,
      empties: [{ productId: 'P101', count: 1 }],
      reason: 'The courier mistyped',
    },
  ],
  updateStatus: [delivery],

  sendEmail: [{ userId: 'U101', type: 'WELCOME_EMAIL', message: 'Welcome Jimmy!' }],
  sendSMS: [{ userId: 'U101', type: 'WELCOME_EMAIL', message: 'Welcome Jimmy!' }],
  listNotifications: [{ userId: 'U101', ...page }],
  viewInbox: [{ day: '2027-01-04', ...page }],
  inboxPage: [{}],
  inboxScript: [{}],
  inboxStyle: [{}],

  logEvent: [
    {
      eventId: 'E900',
      eventType: 'USER_REGISTERED',
      entityId: 'U101',
      entityVersion: 1,
      userId: 'U101',
      orderId: 'O101',
      timestamp: '2027-01-04T10:00:00Z',
      data: { through: 'SELF' },
    },
  ],
  generateReport: [
    { type: 'sales', from: '2027-01-01', to: '2027-01-05', format: 'csv' },
    { type: 'subscriptions', from: '2027-01-01', to: '2027-01-05', by: 'week', format: 'json' },
  ],

  addProduct: [
    { ...product, stock: 100, stockMode: 'ON_HAND' },
    { ...product, dailySupply: 40, stockMode: 'PER_DAY' },
  ],
  updateProduct: [{ ...product, dailySupply: 40, stockMode: 'PER_DAY', active: true }],
  restockProduct: [
    { productId: 'P101', qty: 5 },
    { productId: 'P101', wasted: 1, day: '2027-01-05' },
    { productId: 'P101', supply: 40, day: '2027-01-05' },
  ],
  setProductImage: [{ productId: 'P101', ...picture }],
  importProducts: [{ csv: 'productId,name,price,stock,category\nP900,Curd,27.5,10,Curd' }],
  makeFirstAdmin: [{ email: 'owner@example.com' }],
  addUser: [{ ...login, role: 'courier' }],
  updateUser: [{ userId: 'U9', role: 'courier', active: true }],
  listUsers: [{ role: 'courier', ...page }],
  addCustomer: [
    { name: 'Asha Rao', phone: '98123 45678', email: 'asha@example.com', address, language: 'hi' },
  ],
  listCustomers: [{ q: 'asha', ...page }],
  viewSettings: [{}],
  updateSettings: [
    {
      dairyName: 'Valley Dairy',
      currency: 'INR',
      country: 'IN',
      timeZone: 'Asia/Kolkata',
      slots: [
        {
          slotId: 'EARLY',
          from: '05:00',
          to: '07:00',
          cutoffTime: '22:00',
          cutoffDaysBefore: 1,
          capacity: 40,
        },
        {
          slotId: 'MORNING',
          from: '07:00',
          to: '10:00',
          cutoffTime: '22:00',
          cutoffDaysBefore: 1,
          capacity: null,
        },
      ],
      cutoffs: [
        { slotId: 'MORNING', productId: 'P101', cutoffTime: '18:00', cutoffDaysBefore: 1 },
        { weekday: 'SUN', cutoffTime: '20:00', cutoffDaysBefore: 1 },
        { date: '2027-01-26', cutoffTime: '20:00', cutoffDaysBefore: 2 },
      ],
      closedWeekdays: ['SUN'],
      graceLimit: 100,
      retryAfterCutoffMinutes: 60,
      problemDays: 2,
      instantCreditLimit: 200,
      instantCreditMonthly: 500,
      bottleTax: { GST: 1800 },
      roundCashTo: 1,
      holidays: [
        {
          day: '2027-01-26',
          name: 'Republic Day',
          move: 'DAY_BEFORE',
          declaredAt: '2027-01-04T04:30:00.000Z',
        },
      ],
      balanceShort: 'LINES',
      withdrawals: true,
      mandateNoticeHours: 24,
      dunningDays: [1, 3, 5],
      collectionTime: '10:00',
      lowBalanceTime: '12:00',
      priceNoticeDays: 7,
      bookAheadDays: 30,
      unpaidOrderMinutes: 30,
      servedPincodes: ['560001'],
      seller: {
        legalName: 'Valley Dairy Ltd',
        address: '1 Dairy Road',
        taxNumber: '29AAAAA0000A1Z5',
        foodLicence: '1',
      },
      invoiceSeries: { invoice: 'INV', creditNote: 'CN', debitNote: 'DN', yearStartMonth: 4 },
      quietHours: { from: '22:00', to: '06:00' },
    },
  ],
  updateDelivery: [delivery],
  runDay: [{ day: '2027-01-05' }],
  viewOrderRun: [{ day: '2027-01-05' }],
  simulateRun: [{ day: '2027-01-05' }],
  viewBoard: [
    {
      day: '2027-01-05',
      status: 'CONFIRMED',
      slotId: 'MORNING',
      courierId: 'U9',
      paymentStatus: 'PENDING',
      q: 'U101',
      ...page,
    },
  ],
  viewDemand: [{ day: '2027-01-05', format: 'csv' }],
  listPack: [{ day: '2027-01-05', slotId: 'MORNING', courierId: 'U9', format: 'csv', ...page }],
  listDeliveries: [{ day: '2027-01-05', courierId: 'U9', slotId: 'MORNING', status: 'ASSIGNED', ...page }],
  viewAudit: [{ day: '2027-01-04', ...page }],
  listDeadLetters: [{ status: 'OPEN', ...page }],
  replayDeadLetters: [{ deadLetterId: 'DL1' }, { all: true }],
  checkHealth: [{}],
  viewDairy: [{}],
  serveDocument: [{}],
  servePage: [{}],
  serveStyle: [{}],
};

/** Fields that no query can carry: they are for direct invocations. */
export const notInQueries: Record<string, readonly string[]> = { listProducts: ['filters'] };
