import { Audit } from '#shared/data/audit.ts';
import { Idempotency } from '#shared/data/idempotency.ts';
import { Meta } from '#shared/data/meta.ts';
import { SettingsTable } from '#shared/data/settings.ts';
import type { Table } from '#shared/data/table.ts';
import { Outbox } from '#shared/events/event.ts';
import { DeadLetters } from './admin/models/DeadLetter.ts';
import { AnalyticsEvents } from './analytics/models/AnalyticsEvent.ts';
import { FirstDeliveries } from './analytics/models/FirstDelivery.ts';
import { Carts } from './cart/models/Cart.ts';
import { Deliveries } from './delivery/models/Delivery.ts';
import { Notifications } from './notification/models/Notification.ts';
import { Orders } from './order/models/Order.ts';
import { OrderRuns } from './order/models/OrderRun.ts';
import { InstantCredits, ProblemReports } from './order/models/ProblemReport.ts';
import { SlotPlaces } from './order/models/SlotPlace.ts';
import { StandingDemands } from './order/models/StandingDemand.ts';
import { SlotDays, Stops } from './order/models/Stop.ts';
import { Receipts, SubscriptionDays, Subscriptions } from './order/models/Subscription.ts';
import { Accounts, Bills } from './payment/models/Account.ts';
import { AutoTopUps } from './payment/models/AutoTopUp.ts';
import { BottlesTable } from './payment/models/Bottles.ts';
import { Closings } from './payment/models/Closing.ts';
import { Disputes } from './payment/models/Dispute.ts';
import { HouseClosings } from './payment/models/HouseClosing.ts';
import { InvoiceNotes, Invoices } from './payment/models/Invoice.ts';
import { Balances, Ledger } from './payment/models/Ledger.ts';
import { Payments, Refunds } from './payment/models/Payment.ts';
import { Promos } from './payment/models/Promo.ts';
import { ProviderEvents } from './payment/models/ProviderEvent.ts';
import { Products, StockDays } from './product/models/Product.ts';
import { Attempts } from './user/models/Attempt.ts';
import { CustomerKeys } from './user/models/CustomerKey.ts';
import { Resets } from './user/models/Reset.ts';
import { Sessions } from './user/models/Session.ts';
import { SignInCodes } from './user/models/SignInCode.ts';
import { Emails, Phones, Users } from './user/models/User.ts';

/** Every table, for the engine's schema, the CDK app and audits. */
export const tables: readonly Table[] = [
  Users,
  Emails,
  Phones,
  CustomerKeys,
  Sessions,
  Attempts,
  Resets,
  SignInCodes,
  Products,
  StockDays,
  Carts,
  Orders,
  Stops,
  SlotDays,
  SlotPlaces,
  Subscriptions,
  SubscriptionDays,
  Receipts,
  StandingDemands,
  OrderRuns,
  Payments,
  ProviderEvents,
  Refunds,
  Ledger,
  Balances,
  AutoTopUps,
  BottlesTable,
  ProblemReports,
  InstantCredits,
  Accounts,
  Bills,
  Disputes,
  Closings,
  Promos,
  HouseClosings,
  Invoices,
  InvoiceNotes,
  Deliveries,
  Notifications,
  AnalyticsEvents,
  FirstDeliveries,
  DeadLetters,
  Outbox,
  Idempotency,
  Audit,
  SettingsTable,
  Meta,
];
