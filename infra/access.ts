/** What one Lambda may do beside answering: least privilege, in the words of the dairy. */
export interface Access {
  /** Tables whose rows it finds, or checks in a transaction. */
  reads?: readonly string[];
  /** Tables it adds rows to and never changes one: what it appends there, nobody's bug can alter. */
  appends?: readonly string[];
  /** Tables whose rows it also makes, changes and deletes. */
  changes?: readonly string[];
  /** Folders of files that it reads; that it puts files into; that it takes files away from. */
  readsFiles?: readonly string[];
  putsFiles?: readonly string[];
  removesFiles?: readonly string[];
  /** What it does with the logins that Cognito keeps. */
  logins?: readonly string[];
  /** Whether it sends mails and text messages. */
  sends?: boolean;
  /** Whether it asks the payment provider, and so may have its keys. */
  asksProvider?: boolean;
  /** Whether it goes to rows through Dynamoose, and so carries it. */
  usesDynamoose?: boolean;
}

/** Every use case reads settings and revocations, and commits with its events, its audit line and the kept answer. */
const everyone = {
  reads: ['Settings', 'Meta', 'Outbox'],
  appends: ['Outbox', 'Audit'],
  changes: ['Idempotency'],
};

/**
 * Who may touch what. `access.test.ts` holds it against the code: the tables that a Lambda's bundle names, and
 * what it does to them, are exactly these.
 */
const own: Record<string, Access> = {
  user: {
    reads: [
      'Accounts',
      'Balances',
      'Bills',
      'Bottles',
      'Closings',
      'InvoiceNotes',
      'Invoices',
      'Ledger',
      'Payments',
      'Promos',
      'Receipts',
      'Refunds',
      'SubscriptionDays',
    ],
    changes: [
      'Attempts',
      'AutoTopUps',
      'Carts',
      'CustomerKeys',
      'Deliveries',
      'Emails',
      'Meta',
      'Notifications',
      'Orders',
      'Phones',
      'ProblemReports',
      'Resets',
      'Sessions',
      'SignInCodes',
      'Subscriptions',
      'Users',
    ],
    removesFiles: ['proofs'],
    logins: [
      'AdminAddUserToGroup',
      'AdminCreateUser',
      'AdminDeleteUser',
      'AdminInitiateAuth',
      'AdminRemoveUserFromGroup',
      'AdminSetUserPassword',
    ],
    usesDynamoose: true,
  },
  product: { changes: ['Products', 'StockDays'], readsFiles: ['images'] },
  cart: { reads: ['Products', 'StockDays', 'Users'], changes: ['Carts'] },
  order: {
    reads: ['AutoTopUps', 'InvoiceNotes', 'Invoices', 'ProviderEvents', 'Receipts'],
    appends: ['Ledger', 'ProviderEvents', 'Receipts', 'Refunds'],
    changes: [
      'Balances',
      'Carts',
      'Deliveries',
      'InstantCredits',
      'Meta',
      'OrderRuns',
      'Orders',
      'Payments',
      'ProblemReports',
      'Products',
      'Promos',
      'SlotDays',
      'SlotPlaces',
      'StandingDemands',
      'StockDays',
      'Stops',
      'SubscriptionDays',
      'Subscriptions',
      'Users',
    ],
    asksProvider: true,
  },
  payment: {
    reads: [
      'Closings',
      'HouseClosings',
      'InvoiceNotes',
      'Invoices',
      'Ledger',
      'ProblemReports',
      'Products',
      'ProviderEvents',
      'StockDays',
      'SubscriptionDays',
      'Subscriptions',
    ],
    appends: ['Closings', 'HouseClosings', 'InvoiceNotes', 'Invoices', 'Ledger', 'ProviderEvents'],
    changes: [
      'Accounts',
      'AutoTopUps',
      'Balances',
      'Bills',
      'Bottles',
      'Disputes',
      'Meta',
      'Orders',
      'Payments',
      'Promos',
      'Refunds',
      'Users',
    ],
    asksProvider: true,
  },
  delivery: {
    reads: ['Ledger', 'ProviderEvents'],
    appends: ['Ledger', 'ProviderEvents', 'Refunds'],
    changes: [
      'Balances',
      'Bottles',
      'Deliveries',
      'Orders',
      'Payments',
      'Products',
      'Promos',
      'StockDays',
      'Subscriptions',
      'Users',
    ],
    readsFiles: ['proofs'],
    putsFiles: ['proofs'],
    removesFiles: ['proofs'],
  },
  notification: {
    reads: [
      'AutoTopUps',
      'Balances',
      'Orders',
      'Products',
      'Refunds',
      'Resets',
      'SignInCodes',
      'StockDays',
      'Subscriptions',
      'Users',
    ],
    changes: ['Notifications'],
    sends: true,
  },
  analytics: {
    reads: ['AnalyticsEvents', 'Payments'],
    appends: ['AnalyticsEvents'],
    changes: ['FirstDeliveries'],
  },
  admin: {
    reads: ['Audit', 'StandingDemands'],
    appends: ['Emails', 'Ledger', 'Phones', 'ProviderEvents', 'Refunds', 'SubscriptionDays'],
    changes: [
      'Balances',
      'Bottles',
      'CustomerKeys',
      'DeadLetters',
      'Deliveries',
      'Meta',
      'OrderRuns',
      'Orders',
      'Payments',
      'Products',
      'Promos',
      'Settings',
      'StockDays',
      'Subscriptions',
      'Users',
    ],
    putsFiles: ['images'],
    logins: [
      'AdminAddUserToGroup',
      'AdminDisableUser',
      'AdminEnableUser',
      'AdminRemoveUserFromGroup',
      'AdminUserGlobalSignOut',
    ],
  },
};

/** All that a Lambda may do. Throws where nobody has thought about the Lambda. */
export function accessOf(lambda: string): Required<Access> {
  const mine = own[lambda];
  if (!mine) throw new Error(`infra/access.ts does not say what the Lambda ${lambda} may touch`);
  const tables = (verb: 'reads' | 'appends' | 'changes') => [...everyone[verb], ...(mine[verb] ?? [])].sort();
  const changes = tables('changes');
  return {
    // Who may change rows may find them; saying it twice would only make the policy longer.
    reads: tables('reads').filter((table) => !changes.includes(table)),
    appends: tables('appends'),
    changes,
    readsFiles: mine.readsFiles ?? [],
    putsFiles: mine.putsFiles ?? [],
    removesFiles: mine.removesFiles ?? [],
    logins: mine.logins ?? [],
    sends: mine.sends ?? false,
    asksProvider: mine.asksProvider ?? false,
    usesDynamoose: mine.usesDynamoose ?? false,
  };
}
