// Made by `npm run docs` from the doors of the API; do not edit.
// biome-ignore-all lint: generated

export interface Doors {
  'POST /user/register': {
    input: {
      userId?: string;
      name: string;
      email: string;
      password: string;
      phone?: string;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string;
    };
    output: {
      message: string;
      userId: string;
    };
  };
  'POST /user/login': {
    input: {
      email: string;
      password: string;
    };
    output: {
      token: string;
      expiresIn: number;
      refreshToken: string;
      userId: string;
      role: 'customer' | 'courier' | 'admin';
    };
  };
  'POST /user/code': {
    input: {
      phone: string;
    };
    output: {
      message: string;
    };
  };
  'POST /user/login/code': {
    input: {
      phone: string;
      code: string;
    };
    output: {
      token: string;
      expiresIn: number;
      refreshToken: string;
      userId: string;
      role: 'customer' | 'courier' | 'admin';
    };
  };
  'POST /user/refresh': {
    input: {
      refreshToken: string;
      retryKey?: string;
    };
    output: {
      token: string;
      expiresIn: number;
      refreshToken: string;
      userId: string;
      role: 'customer' | 'courier' | 'admin';
    };
  };
  'POST /user/logout': {
    input: {};
    output: {
      message: string;
    };
  };
  'POST /user/password/change': {
    input: {
      currentPassword: string;
      newPassword: string;
    };
    output: {
      message: string;
    };
  };
  'POST /user/password/forgot': {
    input: {
      email: string;
    };
    output: {
      message: string;
    };
  };
  'POST /user/password/reset': {
    input: {
      code: string;
      password: string;
    };
    output: {
      message: string;
    };
  };
  'GET /user/profile': {
    input: {
      userId?: string;
    };
    output: Profile;
  };
  'PATCH /user/profile': {
    input: {
      userId?: string;
      name?: string;
      email?: string;
      phone?: string | null;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string
        | null;
      /**
       * @maxItems 20
       */
      addresses?: (
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string
      )[];
      preferences?: {
        language?: 'en' | 'hi';
        email?: boolean;
        sms?: boolean;
      };
    };
    output: Profile;
  };
  'DELETE /user/profile': {
    input: {
      userId?: string;
    };
    output: {
      message: string;
    };
  };
  'GET /user/export': {
    input: {
      userId?: string;
    };
    output: {
      profile: Profile;
      [k: string]: unknown;
    };
  };
  'GET /.well-known/jwks.json': {
    input: {};
    output: {
      keys: {
        kty: string;
        kid: string;
        [k: string]: unknown;
      }[];
    };
  };
  'GET /product/list': {
    input: {
      category?: string;
      q?: string;
      inStock?: boolean;
      minPrice?: number;
      maxPrice?: number;
      all?: boolean;
      limit?: number;
      cursor?: string;
    };
    output: Product[];
  };
  'GET /product/details': {
    input: {
      productId: string;
    };
    output: Product;
  };
  'GET /product/image': {
    input: {
      file: string;
    };
    output: unknown;
  };
  'POST /product/image': {
    input: {
      productId: string;
      contentType: 'image/jpeg' | 'image/png' | 'image/webp';
      data: string;
    };
    output: Product;
  };
  'POST /cart/add': {
    input: {
      userId?: string;
      productId: string;
      qty: number;
    };
    output: Cart;
  };
  'GET /cart/view': {
    input: {
      userId?: string;
    };
    output: Cart;
  };
  'PATCH /cart/item': {
    input: {
      userId?: string;
      productId: string;
      qty: number;
    };
    output: Cart;
  };
  'DELETE /cart': {
    input: {
      userId?: string;
    };
    output: Cart;
  };
  'GET /order/slots': {
    input: {
      date?: string;
      pincode?: string;
    };
    output: {
      slotId: string;
      startsAt: string;
      endsAt: string;
      cutoffAt: string;
      capacityLeft: number | null;
    }[];
  };
  'POST /order/create': {
    input: {
      userId?: string;
      /**
       * @minItems 1
       * @maxItems 500
       */
      cartItems?: {
        productId: string;
        qty: number;
      }[];
      totalAmount?: number;
      deliverySlot: string;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string;
      paymentMethod?: 'CARD' | 'UPI' | 'WALLET' | 'COD';
    };
    output: Order;
  };
  'GET /order/list': {
    input: {
      userId?: string;
      status?: 'CREATED' | 'CONFIRMED' | 'PACKED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';
      limit?: number;
      cursor?: string;
    };
    output: Order[];
  };
  'GET /order/invoice': {
    input: {
      orderId: string;
      noteId?: string;
      format?: 'json' | 'pdf';
    };
    output: OrderDocument;
  };
  'POST /order/cancel': {
    input: {
      orderId: string;
      reason?: string;
      goods?: 'RETURN' | 'WASTE';
    };
    output: Order;
  };
  'PATCH /order/status': {
    input: {
      orderId: string;
      status: 'CREATED' | 'CONFIRMED' | 'PACKED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';
    };
    output: Order;
  };
  'POST /order/subscribe': {
    input: {
      userId?: string;
      /**
       * @minItems 1
       * @maxItems 500
       */
      items: {
        productId: string;
        qty: number;
        qtyByWeekday?: {
          MON?: number;
          TUE?: number;
          WED?: number;
          THU?: number;
          FRI?: number;
          SAT?: number;
          SUN?: number;
        };
        substituteProductId?: string;
      }[];
      schedule:
        | {
            type: 'DAILY';
          }
        | {
            type: 'ALTERNATE_DAYS';
          }
        | {
            type: 'WEEKDAYS';
            /**
             * @minItems 1
             * @maxItems 7
             */
            days: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
          }
        | {
            type: 'EVERY_N_DAYS';
            n: number;
          }
        | {
            type: 'MONTHLY';
            /**
             * @minItems 1
             * @maxItems 31
             */
            daysOfMonth: number[];
          };
      startDate: string;
      endDate?: string;
      slot: string;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string;
      paymentMethod: 'WALLET' | 'COD' | 'ACCOUNT';
    };
    output: Subscription & {
      receipt: Receipt;
    };
  };
  'POST /order/subscribe/preview': {
    input: {
      userId?: string;
      /**
       * @minItems 1
       * @maxItems 500
       */
      items: {
        productId: string;
        qty: number;
        qtyByWeekday?: {
          MON?: number;
          TUE?: number;
          WED?: number;
          THU?: number;
          FRI?: number;
          SAT?: number;
          SUN?: number;
        };
        substituteProductId?: string;
      }[];
      schedule:
        | {
            type: 'DAILY';
          }
        | {
            type: 'ALTERNATE_DAYS';
          }
        | {
            type: 'WEEKDAYS';
            /**
             * @minItems 1
             * @maxItems 7
             */
            days: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
          }
        | {
            type: 'EVERY_N_DAYS';
            n: number;
          }
        | {
            type: 'MONTHLY';
            /**
             * @minItems 1
             * @maxItems 31
             */
            daysOfMonth: number[];
          };
      startDate: string;
      endDate?: string;
      slot: string;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string;
      paymentMethod: 'WALLET' | 'COD' | 'ACCOUNT';
    };
    output: {
      userId: string;
      action: string;
      at: string;
      by: string;
      through: 'SELF' | 'DESK' | 'PRICE';
      firstDayAffected: string;
      cutoffAt: string;
      lines: {
        day: string;
        productId: string;
        qtyBefore: number;
        qtyAfter: number;
        amountBefore: number;
        amountAfter: number;
        locksAt: string;
      }[];
      stays?: {
        day: string;
        productId: string;
        qty: number;
        locksAt: string;
      }[];
      firstDays: {
        productId: string;
        day: string;
        locksAt: string;
      }[];
      monthBefore: number;
      monthAfter: number;
      next30Before: number;
      next30After: number;
      forecast: boolean;
    };
  };
  'GET /order/subscriptions': {
    input: {
      userId?: string;
      limit?: number;
      cursor?: string;
    };
    output: Subscription[];
  };
  'GET /order/calendar': {
    input: {
      userId?: string;
      from?: string;
      to?: string;
    };
    output: {
      day: string;
      lines: {
        subscriptionId?: string;
        orderId?: string;
        productId: string;
        qty: number;
        wanted?: number;
        price: number;
        amount: number;
        status: string;
        locksAt: string;
        scheduledDay?: string;
        movedTo?: string;
      }[];
      amount: number;
    }[];
  };
  'PATCH /order/subscription': {
    input:
      | {
          subscriptionId: string;
          action: 'SKIP';
          day: string;
        }
      | {
          subscriptionId: string;
          action: 'UNSKIP';
          day: string;
        }
      | {
          subscriptionId: string;
          action: 'PAUSE';
          from?: string;
          to?: string;
          /**
           * @minItems 1
           * @maxItems 50
           */
          productIds?: string[];
        }
      | {
          subscriptionId: string;
          action: 'RESUME';
          from?: string;
          reanchor?: boolean;
        }
      | {
          subscriptionId: string;
          action: 'CHANGE';
          from?: string;
          /**
           * @minItems 1
           * @maxItems 500
           */
          items?: {
            productId: string;
            qty: number;
            qtyByWeekday?: {
              MON?: number;
              TUE?: number;
              WED?: number;
              THU?: number;
              FRI?: number;
              SAT?: number;
              SUN?: number;
            };
            substituteProductId?: string;
          }[];
          schedule?:
            | {
                type: 'DAILY';
              }
            | {
                type: 'ALTERNATE_DAYS';
              }
            | {
                type: 'WEEKDAYS';
                /**
                 * @minItems 1
                 * @maxItems 7
                 */
                days: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
              }
            | {
                type: 'EVERY_N_DAYS';
                n: number;
              }
            | {
                type: 'MONTHLY';
                /**
                 * @minItems 1
                 * @maxItems 31
                 */
                daysOfMonth: number[];
              };
          slot?: string;
          address?:
            | {
                line1: string;
                line2?: string;
                city?: string;
                pincode?: string;
                lat?: number;
                lng?: number;
                note?: string;
              }
            | string;
          paymentMethod?: 'WALLET' | 'COD' | 'ACCOUNT';
        }
      | {
          subscriptionId: string;
          action: 'ADD_ONE_OFF';
          day: string;
          /**
           * @minItems 1
           * @maxItems 500
           */
          items: {
            productId: string;
            qty: number;
          }[];
        }
      | {
          subscriptionId: string;
          action: 'CANCEL';
          from?: string;
        };
    output: Subscription & {
      receipt: Receipt;
    };
  };
  'POST /order/subscription/preview': {
    input:
      | {
          subscriptionId: string;
          action: 'SKIP';
          day: string;
        }
      | {
          subscriptionId: string;
          action: 'UNSKIP';
          day: string;
        }
      | {
          subscriptionId: string;
          action: 'PAUSE';
          from?: string;
          to?: string;
          /**
           * @minItems 1
           * @maxItems 50
           */
          productIds?: string[];
        }
      | {
          subscriptionId: string;
          action: 'RESUME';
          from?: string;
          reanchor?: boolean;
        }
      | {
          subscriptionId: string;
          action: 'CHANGE';
          from?: string;
          /**
           * @minItems 1
           * @maxItems 500
           */
          items?: {
            productId: string;
            qty: number;
            qtyByWeekday?: {
              MON?: number;
              TUE?: number;
              WED?: number;
              THU?: number;
              FRI?: number;
              SAT?: number;
              SUN?: number;
            };
            substituteProductId?: string;
          }[];
          schedule?:
            | {
                type: 'DAILY';
              }
            | {
                type: 'ALTERNATE_DAYS';
              }
            | {
                type: 'WEEKDAYS';
                /**
                 * @minItems 1
                 * @maxItems 7
                 */
                days: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
              }
            | {
                type: 'EVERY_N_DAYS';
                n: number;
              }
            | {
                type: 'MONTHLY';
                /**
                 * @minItems 1
                 * @maxItems 31
                 */
                daysOfMonth: number[];
              };
          slot?: string;
          address?:
            | {
                line1: string;
                line2?: string;
                city?: string;
                pincode?: string;
                lat?: number;
                lng?: number;
                note?: string;
              }
            | string;
          paymentMethod?: 'WALLET' | 'COD' | 'ACCOUNT';
        }
      | {
          subscriptionId: string;
          action: 'ADD_ONE_OFF';
          day: string;
          /**
           * @minItems 1
           * @maxItems 500
           */
          items: {
            productId: string;
            qty: number;
          }[];
        }
      | {
          subscriptionId: string;
          action: 'CANCEL';
          from?: string;
        };
    output: {
      userId: string;
      action: string;
      at: string;
      by: string;
      through: 'SELF' | 'DESK' | 'PRICE';
      firstDayAffected: string;
      cutoffAt: string;
      lines: {
        day: string;
        productId: string;
        qtyBefore: number;
        qtyAfter: number;
        amountBefore: number;
        amountAfter: number;
        locksAt: string;
      }[];
      stays?: {
        day: string;
        productId: string;
        qty: number;
        locksAt: string;
      }[];
      firstDays: {
        productId: string;
        day: string;
        locksAt: string;
      }[];
      monthBefore: number;
      monthAfter: number;
      next30Before: number;
      next30After: number;
      forecast: boolean;
    };
  };
  'GET /order/receipts': {
    input: {
      userId?: string;
      subscriptionId?: string;
      limit?: number;
      cursor?: string;
    };
    output: Receipt[];
  };
  'POST /order/problem': {
    input: {
      orderId: string;
      productId: string;
      qty?: number;
      kind: 'SPOILT' | 'MISSING' | 'BROKEN' | 'OTHER';
      note?: string;
    };
    output: ProblemReport;
  };
  'PATCH /order/problem': {
    input: {
      problemId: string;
      decision: 'CREDIT' | 'REFUSE';
      amount?: number;
    };
    output: ProblemReport;
  };
  'GET /order/problems': {
    input: {
      userId?: string;
      limit?: number;
      cursor?: string;
    };
    output: ProblemReport[];
  };
  'POST /payment/pay': {
    input: {
      orderId: string;
      amount: number;
      paymentMethod: 'CARD' | 'UPI' | 'WALLET' | 'COD' | 'ACCOUNT';
      paymentToken?: string;
    };
    output: {
      paymentId: string;
      status: 'PENDING' | 'SUCCESS' | 'FAILED';
      reason?: string;
      clientSecret?: string;
    };
  };
  'POST /payment/webhook': {
    input: {
      [k: string]: unknown;
    };
    output: {
      received: boolean;
    };
  };
  'POST /payment/refund': {
    input: {
      orderId: string;
      amount: number;
      reason: string;
      to?: 'SOURCE' | 'WALLET';
    };
    output: {
      refundId: string;
      status: 'PENDING' | 'SUCCESS' | 'FAILED';
      amount: number;
    };
  };
  'GET /payment/wallet': {
    input: {
      userId?: string;
    };
    output: {
      available: number;
      deferred: number;
      promo: number;
      deposits: number;
      owed: number;
      creditLimit?: number;
      currency: string;
    };
  };
  'POST /payment/topup': {
    input: {
      userId?: string;
      amount: number;
      paymentMethod: 'CARD' | 'UPI' | 'BANK' | 'CASH';
      paymentToken?: string;
      save?: boolean;
    };
    output: {
      paymentId: string;
      status: 'PENDING' | 'SUCCESS' | 'FAILED';
      reason?: string;
      clientSecret?: string;
    };
  };
  'POST /payment/withdraw': {
    input: {
      userId?: string;
      amount: number;
    };
    output: {
      withdrawalId: string;
      amount: number;
      status: 'PENDING';
      refunds: Refund[];
    };
  };
  'POST /payment/bottle-lost': {
    input: {
      userId: string;
      productId: string;
      count: number;
      reason?: string;
    };
    output: {
      userId: string;
      productId: string;
      count: number;
      amount: number;
      left: number;
    };
  };
  'GET /payment/payouts': {
    input: {};
    output: Refund[];
  };
  'POST /payment/payout': {
    input: {
      refundId: string;
      status: 'SUCCESS' | 'FAILED';
      reason?: string;
    };
    output: {
      refundId: string;
      status: 'PENDING' | 'SUCCESS' | 'FAILED';
    };
  };
  'GET /payment/ledger': {
    input: {
      userId?: string;
      from?: string;
      to?: string;
      limit?: number;
      cursor?: string;
    };
    output: Movement[];
  };
  'GET /payment/statement': {
    input: {
      userId?: string;
      month: string;
      format?: 'json' | 'csv' | 'pdf';
    };
    output: Statement;
  };
  'POST /payment/settlement': {
    input: {
      payoutRef: string;
      amount: number;
      fee: number;
    };
    output: {
      movementId: string;
      amount: number;
      fee: number;
    };
  };
  'GET /payment/disputes': {
    input: {
      status?: 'OPENED' | 'WON' | 'LOST';
      limit?: number;
      cursor?: string;
    };
    output: Dispute[];
  };
  'POST /payment/handover': {
    input: {
      courierId: string;
      counted: number;
    };
    output: {
      movementId: string;
      courierId: string;
      expected: number;
      counted: number;
      difference: number;
    };
  };
  'POST /payment/banked': {
    input: {
      amount: number;
    };
    output: {
      movementId: string;
      amount: number;
    };
  };
  'GET /payment/cash': {
    input: {
      limit?: number;
      cursor?: string;
    };
    output: {
      courierId: string;
      name?: string;
      active: boolean;
      expected: number;
    }[];
  };
  'POST /payment/write-off': {
    input: {
      userId: string;
      amount: number;
      reason: string;
    };
    output: {
      movementId: string;
      userId: string;
      amount: number;
      owed: number;
    };
  };
  'PATCH /admin/account': {
    input: {
      userId: string;
      creditLimit: number | null;
      billing?: 'WEEKLY' | 'MONTHLY';
      dueDays?: number;
    };
    output: {
      userId: string;
      creditLimit: number | null;
      billing: 'WEEKLY' | 'MONTHLY';
      dueDays: number;
    };
  };
  'GET /payment/bills': {
    input: {
      userId?: string;
      limit?: number;
      cursor?: string;
    };
    output: Bill[];
  };
  'POST /admin/promo': {
    input: {
      userId: string;
      amount: number;
      reason: string;
      expiresOn?: string;
    };
    output: {
      promoId: string;
      userId: string;
      amount: number;
      expiresOn?: string;
    };
  };
  'GET /payment/promo': {
    input: {
      userId?: string;
    };
    output: {
      available: number;
      grants: {
        promoId: string;
        left: number;
        expiresOn?: string;
      }[];
    };
  };
  'GET /payment/owed': {
    input: {};
    output: {
      asOf: string;
      total: number;
      wallet: number;
      deferred: number;
      deposits: number;
      transit: number;
      suspense: number;
      owed: number;
      promo: number;
      deskCash: number;
    };
  };
  'GET /payment/auto-topup': {
    input: {
      userId?: string;
    };
    output: AutoTopUp;
  };
  'PATCH /payment/auto-topup': {
    input: {
      userId?: string;
      enabled: boolean;
      amount?: number;
      days?: number;
      paymentMethod?: 'CARD' | 'UPI';
      paymentToken?: string;
    };
    output: AutoTopUp;
  };
  'GET /order/track': {
    input: {
      orderId: string;
    };
    output: Track;
  };
  'POST /delivery/assign': {
    input: {
      orderId: string;
      courierId?: string;
      deliverySlot?: string;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string;
    };
    output: {
      deliveryId: string;
      orderId: string;
      status: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
      courierId: string;
    };
  };
  'GET /delivery/run': {
    input: {
      day?: string;
      courierId?: string;
      limit?: number;
      cursor?: string;
    };
    output: (Delivery & {
      household: {
        name?: string;
        phone?: string;
      };
      items: {
        productId: string;
        name: string;
        unit?: string;
        qty: number;
        price: number;
        deposit: number;
      }[];
      paid: 'BEFORE' | 'AT_DOOR' | 'AFTERWARDS';
      promo: number;
      cashDue: number;
      deposits: number;
      bottlesHeld: {
        productId: string;
        name: string;
        count: number;
        deposit: number;
      }[];
    })[];
  };
  'GET /delivery/totals': {
    input: {
      day?: string;
      courierId?: string;
    };
    output: RunTotals;
  };
  'POST /delivery/photo': {
    input: {
      deliveryId: string;
      contentType: 'image/jpeg' | 'image/png' | 'image/webp';
      data: string;
    };
    output: {
      deliveryId: string;
      photo: string;
    };
  };
  'GET /delivery/photo': {
    input: {
      deliveryId: string;
      photo?: string;
    };
    output: unknown;
  };
  'PATCH /delivery/correct': {
    input: {
      deliveryId: string;
      /**
       * @maxItems 50
       */
      items?: {
        productId: string;
        delivered: number;
      }[];
      shortGoods?: 'RETURN' | 'WASTE';
      cashCollected?: number;
      /**
       * @maxItems 50
       */
      empties?: {
        productId: string;
        count: number;
      }[];
      reason: string;
    };
    output: Delivery;
  };
  'GET /notification/list': {
    input: {
      userId?: string;
      limit?: number;
      cursor?: string;
    };
    output: Notification[];
  };
  'GET /notification/inbox': {
    input: {
      day?: string;
      limit?: number;
      cursor?: string;
    };
    output: InboxLine[];
  };
  'GET /inbox': {
    input: {};
    output: unknown;
  };
  'GET /inbox/inbox.js': {
    input: {};
    output: unknown;
  };
  'GET /inbox/inbox.css': {
    input: {};
    output: unknown;
  };
  'GET /analytics/report': {
    input: {
      type: 'sales' | 'orders' | 'payments' | 'subscriptions' | 'recurring' | 'retention';
      from?: string;
      to?: string;
      by?: 'day' | 'week';
      format?: 'json' | 'csv';
    };
    output: (SalesRow | OrdersRow | PaymentsRow | SubscriptionsRow | RecurringRow | RetentionRow)[];
  };
  'POST /product/add': {
    input: {
      productId?: string;
      name: string;
      price: number;
      category: string;
      stock?: number;
      stockMode?: 'ON_HAND' | 'PER_DAY';
      unit?: string;
      description?: string;
      imageUrl?: string;
      dailySupply?: number;
      lowStockAt?: number;
      taxes?: {
        [k: string]: number;
      };
      /**
       * @maxItems 20
       */
      taxChanges?: {
        from: string;
        taxes: {
          [k: string]: number;
        };
      }[];
      hsn?: string;
      deposit?: number;
    };
    output: Product;
  };
  'PATCH /product/update': {
    input: {
      productId: string;
      name?: string;
      price?: number;
      category?: string;
      stockMode?: 'ON_HAND' | 'PER_DAY';
      unit?: string | null;
      description?: string | null;
      imageUrl?: string | null;
      dailySupply?: number | null;
      lowStockAt?: number | null;
      taxes?: {
        [k: string]: number;
      } | null;
      /**
       * @maxItems 20
       */
      taxChanges?:
        | {
            from: string;
            taxes: {
              [k: string]: number;
            };
          }[]
        | null;
      hsn?: string | null;
      deposit?: number | null;
      active?: boolean;
    };
    output: Product;
  };
  'POST /product/restock': {
    input: {
      productId: string;
      qty?: number;
      wasted?: number;
      supply?: number;
      day?: string;
    };
    output: Product;
  };
  'POST /product/import': {
    input: {
      csv: string;
    };
    output: {
      added: number;
      updated: number;
      unchanged: number;
    };
  };
  'POST /admin/user': {
    input: {
      name: string;
      email: string;
      password: string;
      phone?: string;
      role: 'courier' | 'admin';
    };
    output: {
      userId: string;
    };
  };
  'PATCH /admin/user': {
    input: {
      userId: string;
      role?: 'customer' | 'courier' | 'admin';
      active?: boolean;
    };
    output: {
      userId: string;
      role: string;
      active: boolean;
    };
  };
  'GET /admin/users': {
    input: {
      role: 'courier' | 'admin';
      limit?: number;
      cursor?: string;
    };
    output: {
      userId: string;
      name?: string;
      email?: string;
      phone?: string;
      role: string;
      active: boolean;
      createdAt: string;
    }[];
  };
  'POST /admin/customer': {
    input: {
      name: string;
      phone: string;
      email?: string;
      address?:
        | {
            line1: string;
            line2?: string;
            city?: string;
            pincode?: string;
            lat?: number;
            lng?: number;
            note?: string;
          }
        | string;
      language?: 'en' | 'hi';
    };
    output: {
      userId: string;
    };
  };
  'GET /admin/customers': {
    input: {
      q?: string;
      limit?: number;
      cursor?: string;
    };
    output: {
      userId: string;
      name?: string;
      email?: string;
      phone?: string;
      address?: {
        line1: string;
        line2?: string;
        city?: string;
        pincode?: string;
        lat?: number;
        lng?: number;
        note?: string;
      };
      active: boolean;
      createdAt: string;
    }[];
  };
  'GET /admin/settings': {
    input: {};
    output: {
      dairyName: string;
      currency: 'INR' | 'EUR' | 'GBP' | 'USD' | 'AUD' | 'NZD' | 'SGD' | 'AED' | 'LKR' | 'NPR' | 'BDT';
      country: string;
      timeZone: string;
      /**
       * @minItems 1
       * @maxItems 24
       */
      slots: {
        slotId: string;
        from: string;
        to: string;
        cutoffTime: string;
        cutoffDaysBefore: number;
        capacity: number | null;
      }[];
      /**
       * @maxItems 500
       */
      cutoffs: {
        slotId?: string;
        productId?: string;
        weekday?: 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN';
        date?: string;
        cutoffTime: string;
        cutoffDaysBefore: number;
      }[];
      /**
       * @maxItems 6
       */
      closedWeekdays: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
      /**
       * @maxItems 200
       */
      holidays: {
        day: string;
        name: string;
        move: 'DAY_BEFORE' | 'DROP';
        declaredAt?: string;
      }[];
      balanceShort: 'LINES' | 'NONE' | 'GRACE';
      graceLimit: number;
      retryAfterCutoffMinutes: number;
      problemDays: number;
      instantCreditLimit: number;
      instantCreditMonthly: number;
      bottleTax: {
        [k: string]: number;
      };
      roundCashTo: number;
      withdrawals: boolean;
      mandateNoticeHours: number;
      /**
       * @maxItems 10
       */
      dunningDays: number[];
      collectionTime: string;
      lowBalanceTime: string;
      priceNoticeDays: number;
      bookAheadDays: number;
      unpaidOrderMinutes: number;
      /**
       * @maxItems 5000
       */
      servedPincodes: string[];
      seller: {
        legalName?: string;
        address?: string;
        taxNumber?: string;
        foodLicence?: string;
      };
      invoiceSeries: {
        invoice: string;
        creditNote: string;
        debitNote: string;
        yearStartMonth: number;
      };
      quietHours: {
        from: string;
        to: string;
      } | null;
    };
  };
  'PATCH /admin/settings': {
    input: {
      dairyName?: string;
      currency?: 'INR' | 'EUR' | 'GBP' | 'USD' | 'AUD' | 'NZD' | 'SGD' | 'AED' | 'LKR' | 'NPR' | 'BDT';
      country?: string;
      timeZone?: string;
      /**
       * @minItems 1
       * @maxItems 24
       */
      slots?: {
        slotId: string;
        from: string;
        to: string;
        cutoffTime: string;
        cutoffDaysBefore: number;
        capacity: number | null;
      }[];
      /**
       * @maxItems 500
       */
      cutoffs?: {
        slotId?: string;
        productId?: string;
        weekday?: 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN';
        date?: string;
        cutoffTime: string;
        cutoffDaysBefore: number;
      }[];
      /**
       * @maxItems 6
       */
      closedWeekdays?: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
      /**
       * @maxItems 200
       */
      holidays?: {
        day: string;
        name: string;
        move: 'DAY_BEFORE' | 'DROP';
        declaredAt?: string;
      }[];
      balanceShort?: 'LINES' | 'NONE' | 'GRACE';
      graceLimit?: number;
      retryAfterCutoffMinutes?: number;
      problemDays?: number;
      instantCreditLimit?: number;
      instantCreditMonthly?: number;
      bottleTax?: {
        [k: string]: number;
      };
      roundCashTo?: number;
      withdrawals?: boolean;
      mandateNoticeHours?: number;
      /**
       * @maxItems 10
       */
      dunningDays?: number[];
      collectionTime?: string;
      lowBalanceTime?: string;
      priceNoticeDays?: number;
      bookAheadDays?: number;
      unpaidOrderMinutes?: number;
      /**
       * @maxItems 5000
       */
      servedPincodes?: string[];
      seller?: {
        legalName?: string;
        address?: string;
        taxNumber?: string;
        foodLicence?: string;
      };
      invoiceSeries?: {
        invoice?: string;
        creditNote?: string;
        debitNote?: string;
        yearStartMonth?: number;
      };
      quietHours?: {
        from?: string;
        to?: string;
      } | null;
    };
    output: {
      dairyName: string;
      currency: 'INR' | 'EUR' | 'GBP' | 'USD' | 'AUD' | 'NZD' | 'SGD' | 'AED' | 'LKR' | 'NPR' | 'BDT';
      country: string;
      timeZone: string;
      /**
       * @minItems 1
       * @maxItems 24
       */
      slots: {
        slotId: string;
        from: string;
        to: string;
        cutoffTime: string;
        cutoffDaysBefore: number;
        capacity: number | null;
      }[];
      /**
       * @maxItems 500
       */
      cutoffs: {
        slotId?: string;
        productId?: string;
        weekday?: 'MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN';
        date?: string;
        cutoffTime: string;
        cutoffDaysBefore: number;
      }[];
      /**
       * @maxItems 6
       */
      closedWeekdays: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
      /**
       * @maxItems 200
       */
      holidays: {
        day: string;
        name: string;
        move: 'DAY_BEFORE' | 'DROP';
        declaredAt?: string;
      }[];
      balanceShort: 'LINES' | 'NONE' | 'GRACE';
      graceLimit: number;
      retryAfterCutoffMinutes: number;
      problemDays: number;
      instantCreditLimit: number;
      instantCreditMonthly: number;
      bottleTax: {
        [k: string]: number;
      };
      roundCashTo: number;
      withdrawals: boolean;
      mandateNoticeHours: number;
      /**
       * @maxItems 10
       */
      dunningDays: number[];
      collectionTime: string;
      lowBalanceTime: string;
      priceNoticeDays: number;
      bookAheadDays: number;
      unpaidOrderMinutes: number;
      /**
       * @maxItems 5000
       */
      servedPincodes: string[];
      seller: {
        legalName?: string;
        address?: string;
        taxNumber?: string;
        foodLicence?: string;
      };
      invoiceSeries: {
        invoice: string;
        creditNote: string;
        debitNote: string;
        yearStartMonth: number;
      };
      quietHours: {
        from: string;
        to: string;
      } | null;
    };
  };
  'PATCH /delivery/update': {
    input: {
      deliveryId: string;
      status: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
      reason?: string;
      proof?: {
        note?: string;
        receivedBy?: string;
        photo?: string;
      };
      location?: {
        lat: number;
        lng: number;
      };
      at?: string;
      /**
       * @maxItems 50
       */
      items?: {
        productId: string;
        delivered: number;
      }[];
      shortGoods?: 'RETURN' | 'WASTE';
      cashCollected?: number;
      paidBy?: 'CASH' | 'QR';
      providerRef?: string;
      /**
       * @maxItems 50
       */
      empties?: {
        productId: string;
        count: number;
      }[];
    };
    output: Delivery;
  };
  'GET /admin/audit': {
    input: {
      day?: string;
      limit?: number;
      cursor?: string;
    };
    output: {
      day: string;
      auditId: string;
      at: string;
      actorId: string;
      role: string;
      action: string;
      targets: string[];
      note?: string;
      requestId: string;
    }[];
  };
  'GET /admin/board': {
    input: {
      day?: string;
      status?: 'CREATED' | 'CONFIRMED' | 'PACKED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';
      slotId?: string;
      courierId?: string;
      paymentStatus?: 'PENDING' | 'SUCCESS' | 'FAILED' | 'NONE';
      q?: string;
      limit?: number;
      cursor?: string;
    };
    output: {
      day: string;
      counts: {
        [k: string]: number;
      };
      amount: number;
      orders: {
        orderId: string;
        userId: string;
        name?: string;
        status: 'CREATED' | 'CONFIRMED' | 'PACKED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';
        slotId: string;
        deliverySlot: string;
        amount: number;
        paymentMethod?: 'CARD' | 'UPI' | 'WALLET' | 'COD' | 'ACCOUNT' | 'BANK' | 'CASH';
        paymentStatus?: 'PENDING' | 'SUCCESS' | 'FAILED';
        through: 'SELF' | 'DESK' | 'RUN';
        deliveryId?: string;
        deliveryStatus?: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
        courierId?: string;
        courier?: string;
        createdAt: string;
      }[];
    };
  };
  'GET /admin/demand': {
    input: {
      day?: string;
      format?: 'json' | 'csv';
    };
    output: Demand;
  };
  'GET /admin/pack': {
    input: {
      day?: string;
      slotId?: string;
      courierId?: string;
      format?: 'json' | 'csv';
      limit?: number;
      cursor?: string;
    };
    output: PackStop[];
  };
  'GET /admin/deliveries': {
    input: {
      day?: string;
      courierId?: string;
      slotId?: string;
      status?: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
      limit?: number;
      cursor?: string;
    };
    output: DayDeliveries;
  };
  'POST /admin/run': {
    input: {
      day: string;
    };
    output: {
      day: string;
      due: number;
      orders: number;
      reasons: {
        [k: string]: number;
      };
      amount: number;
      digest: string;
      done: boolean;
    };
  };
  'GET /admin/run': {
    input: {
      day?: string;
    };
    output: OrderRunState;
  };
  'POST /admin/run/simulate': {
    input: {
      day: string;
    };
    output: {
      day: string;
      due: number;
      orders: number;
      reasons: {
        [k: string]: number;
      };
      amount: number;
      digest: string;
      demand: {
        productId: string;
        granted: number;
        wanted: number;
        available: number;
      }[];
      short: {
        productId: string;
        granted: number;
        subscriptionId: string;
        userId: string;
        qty: number;
        reason: string;
      }[];
    };
  };
  'GET /admin/dead-letters': {
    input: {
      status?: 'OPEN' | 'REPLAYED';
      limit?: number;
      cursor?: string;
    };
    output: {
      deadLetterId: string;
      consumer: string;
      eventId: string;
      eventType: string;
      event: {
        [k: string]: unknown;
      };
      tries?: number;
      reason?: string;
      status: 'OPEN' | 'REPLAYED';
      createdAt: string;
      replayedAt?: string;
    }[];
  };
  'POST /admin/dead-letters/replay': {
    input: {
      deadLetterId?: string;
      all?: true;
    };
    output: {
      replayed: number;
      more: boolean;
    };
  };
  'GET /health': {
    input: {};
    output: {
      status: 'ok';
    };
  };
  'GET /dairy': {
    input: {};
    output: Dairy;
  };
  'GET /openapi.json': {
    input: {};
    output: {
      openapi: string;
      [k: string]: unknown;
    };
  };
  'GET /docs': {
    input: {};
    output: unknown;
  };
  'GET /docs/docs.css': {
    input: {};
    output: unknown;
  };
}
export interface Profile {
  userId: string;
  name?: string;
  email?: string;
  mailStopped?: {
    why: 'BOUNCED' | 'COMPLAINED';
    at: string;
  };
  phone?: string;
  phoneProvenAt?: string;
  address?: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  };
  addresses: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  }[];
  preferences: {
    language?: 'en' | 'hi';
    email?: boolean;
    sms?: boolean;
  };
  role: 'customer' | 'courier' | 'admin';
  createdAt: string;
}
export interface Product {
  productId: string;
  name: string;
  price: number;
  stock: number;
  category: string;
  unit?: string;
  description?: string;
  imageUrl?: string;
  stockMode: 'ON_HAND' | 'PER_DAY';
  dailySupply?: number;
  lowStockAt?: number;
  taxes?: {
    [k: string]: number;
  };
  taxChanges?: {
    from: string;
    taxes: {
      [k: string]: number;
    };
  }[];
  hsn?: string;
  deposit?: number;
  active: boolean;
}
export interface Cart {
  cartId: string;
  items: {
    productId: string;
    qty: number;
    name?: string;
    price?: number;
    amount?: number;
    flag?: 'GONE' | 'SHORT';
    available?: number;
  }[];
  totalAmount: number;
}
export interface Order {
  orderId: string;
  userId: string;
  status: 'CREATED' | 'CONFIRMED' | 'PACKED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';
  amount: number;
  charged?: number;
  promo?: number;
  due?: number;
  items: {
    productId: string;
    name: string;
    qty: number;
    delivered?: number;
    price: number;
    amount: number;
  }[];
  deliverySlot: string;
  deliveryDay: string;
  slotId: string;
  cutoffAt: string;
  address?: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  };
  paymentMethod?: string;
  paymentStatus?: string;
  deliveryId?: string;
  cancelReason?: string;
  payUntil?: string;
  placedBy: string;
  through: 'SELF' | 'DESK' | 'RUN';
  createdAt: string;
}
export interface OrderDocument {
  kind: 'SUMMARY' | 'INVOICE' | 'BILL_OF_SUPPLY' | 'CREDIT_NOTE' | 'DEBIT_NOTE';
  invoiceNumber?: string;
  noteNumber?: string;
  day: string;
  issuedAt?: string;
  orderId: string;
  status: string;
  deliveryDay: string;
  seller: {
    name: string;
    legalName?: string;
    address?: string;
    taxNumber?: string;
    foodLicence?: string;
  };
  buyer: {
    userId: string;
    name?: string;
    address?: string;
  };
  lines: {
    productId: string;
    name: string;
    hsn?: string;
    qty?: number;
    price?: number;
    discount?: number;
    exempt: boolean;
    net: number;
    taxes: {
      component: string;
      ratePercent: number;
      amount: number;
    }[];
    amount: number;
  }[];
  net: number;
  taxes: {
    component: string;
    ratePercent: number;
    amount: number;
  }[];
  amount: number;
  charged: number;
  notes: {
    noteId: string;
    kind: 'CREDIT' | 'DEBIT';
    number: string;
    issuedAt: string;
    amount: number;
  }[];
  currency: string;
  paymentMethod?: string;
  paymentStatus?: string;
}
export interface Subscription {
  subscriptionId: string;
  userId: string;
  status: 'ACTIVE' | 'PAUSED' | 'CANCELLED';
  items: {
    productId: string;
    qty: number;
    qtyByWeekday?: {
      MON?: number;
      TUE?: number;
      WED?: number;
      THU?: number;
      FRI?: number;
      SAT?: number;
      SUN?: number;
    };
    substituteProductId?: string;
    name?: string;
  }[];
  schedule:
    | {
        type: 'DAILY';
      }
    | {
        type: 'ALTERNATE_DAYS';
      }
    | {
        type: 'WEEKDAYS';
        /**
         * @minItems 1
         * @maxItems 7
         */
        days: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
      }
    | {
        type: 'EVERY_N_DAYS';
        n: number;
      }
    | {
        type: 'MONTHLY';
        /**
         * @minItems 1
         * @maxItems 31
         */
        daysOfMonth: number[];
      };
  slot: string;
  address?: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  };
  paymentMethod: 'WALLET' | 'COD' | 'ACCOUNT';
  startDate: string;
  endDate?: string;
  endReason?: string;
  nextDelivery?: string;
  skips: string[];
  pauses: {
    from: string;
    to?: string;
    productIds?: string[];
  }[];
  oneOffs: {
    day: string;
    items: {
      productId: string;
      qty: number;
    }[];
  }[];
  comingChanges: {
    from: string;
    items: {
      productId: string;
      qty: number;
      qtyByWeekday?: {
        MON?: number;
        TUE?: number;
        WED?: number;
        THU?: number;
        FRI?: number;
        SAT?: number;
        SUN?: number;
      };
      substituteProductId?: string;
      name?: string;
    }[];
    schedule:
      | {
          type: 'DAILY';
        }
      | {
          type: 'ALTERNATE_DAYS';
        }
      | {
          type: 'WEEKDAYS';
          /**
           * @minItems 1
           * @maxItems 7
           */
          days: ('MON' | 'TUE' | 'WED' | 'THU' | 'FRI' | 'SAT' | 'SUN')[];
        }
      | {
          type: 'EVERY_N_DAYS';
          n: number;
        }
      | {
          type: 'MONTHLY';
          /**
           * @minItems 1
           * @maxItems 31
           */
          daysOfMonth: number[];
        };
    slot: string;
    address?: {
      line1: string;
      line2?: string;
      city?: string;
      pincode?: string;
      lat?: number;
      lng?: number;
      note?: string;
    };
    paymentMethod: 'WALLET' | 'COD' | 'ACCOUNT';
  }[];
  placedBy: string;
  through: 'SELF' | 'DESK';
  createdAt: string;
}
export interface Receipt {
  receiptId: string;
  subscriptionId: string;
  userId: string;
  action: string;
  at: string;
  by: string;
  through: 'SELF' | 'DESK' | 'PRICE';
  firstDayAffected: string;
  cutoffAt: string;
  lines: {
    day: string;
    productId: string;
    qtyBefore: number;
    qtyAfter: number;
    amountBefore: number;
    amountAfter: number;
    locksAt: string;
  }[];
  stays?: {
    day: string;
    productId: string;
    qty: number;
    locksAt: string;
  }[];
  firstDays: {
    productId: string;
    day: string;
    locksAt: string;
  }[];
  monthBefore: number;
  monthAfter: number;
  next30Before: number;
  next30After: number;
  forecast: boolean;
}
export interface ProblemReport {
  problemId: string;
  userId: string;
  orderId: string;
  productId: string;
  qty: number;
  kind: 'SPOILT' | 'MISSING' | 'BROKEN' | 'OTHER';
  note?: string;
  status: 'OPEN' | 'CREDITED' | 'REFUSED';
  amount: number;
  credited: number;
  createdAt: string;
  decidedAt?: string;
}
export interface Refund {
  refundId: string;
  userId: string;
  amount: number;
  to: 'SOURCE' | 'WALLET' | 'BANK';
  status: 'PENDING' | 'SUCCESS' | 'FAILED';
  reason?: string;
  createdAt: string;
}
export interface Movement {
  movementId: string;
  at: string;
  kind: string;
  orderId?: string;
  wallet: number;
  lines: {
    account:
      | 'wallet'
      | 'deposit'
      | 'held'
      | 'transit'
      | 'suspense'
      | 'owed'
      | 'provider'
      | 'courierCash'
      | 'deskCash'
      | 'bank'
      | 'dispute'
      | 'revenue'
      | 'tax'
      | 'fees'
      | 'cashDiff'
      | 'rounding'
      | 'losses'
      | 'bottleIncome'
      | 'promo'
      | 'promoHeld'
      | 'promoIssued';
    tax?: string;
    amount: number;
  }[];
}
export interface Statement {
  userId: string;
  month: string;
  from: string;
  to: string;
  final: boolean;
  currency: string;
  timeZone: string;
  opening: HouseholdAccounts;
  movements: {
    at: string;
    day: string;
    movementId: string;
    kind: string;
    orderId?: string;
    deliveryDay?: string;
    change: HouseholdAccounts;
    balance: HouseholdAccounts;
  }[];
  deliveries: {
    day: string;
    orderId?: string;
    outcome: string;
    lines: {
      productId: string;
      name: string;
      qty: number;
      price: number;
      amount: number;
    }[];
    amount: number;
    invoiceNumber?: string;
  }[];
  totals: {
    delivered: number;
    topUps: number;
    paidForOrders: number;
    paidAtDoor: number;
    credits: number;
    refunds: number;
    withdrawals: number;
    fees: number;
    other: number;
    taxes: {
      name: string;
      amount: number;
    }[];
  };
  closing: HouseholdAccounts;
}
export interface HouseholdAccounts {
  available: number;
  deferred: number;
  promo: number;
  promoDeferred: number;
  deposits: number;
  owed: number;
}
export interface Dispute {
  disputeId: string;
  paymentId: string;
  orderId?: string;
  userId: string;
  status: 'OPENED' | 'WON' | 'LOST';
  amount: number;
  fee: number;
  openedAt: string;
  closedAt?: string;
}
export interface Bill {
  billId: string;
  userId: string;
  from: string;
  to: string;
  amount: number;
  left: number;
  dueDay: string;
  status: 'OPEN' | 'OVERDUE' | 'PAID';
  issuedAt: string;
}
export interface AutoTopUp {
  enabled: boolean;
  amount?: number;
  days: number;
  method?: string;
  status: 'IDLE' | 'NOTICED' | 'CHARGING' | 'RETRYING' | 'EXHAUSTED';
  dueDay?: string;
  debitAt?: string;
  failedTries: number;
  topUp?: {
    paymentId: string;
    status: 'PENDING' | 'SUCCESS' | 'FAILED';
    reason?: string;
    clientSecret?: string;
  };
}
export interface Track {
  orderId: string;
  userId: string;
  status: string;
  timeline: {
    status: string;
    at: string;
    reason?: string;
  }[];
  deliverySlot: string;
  deliveryDay: string;
  slotId: string;
  address?: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  };
  amount: number;
  due: number;
  charged?: number;
  items: {
    productId: string;
    name: string;
    qty: number;
    delivered?: number;
  }[];
  paymentMethod?: string;
  paymentStatus?: string;
  cancelReason?: string;
  delivery?: {
    deliveryId: string;
    status: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
    courierId: string;
    reason?: string;
    location?: {
      lat: number;
      lng: number;
    };
    proof?: {
      note?: string;
      receivedBy?: string;
      photo?: string;
    };
    timeline: {
      status: string;
      at: string;
      reason?: string;
    }[];
  };
}
export interface Delivery {
  deliveryId: string;
  orderId: string;
  status: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
  courierId: string;
  deliveryDay: string;
  slotId: string;
  slotStartsAt: string;
  slotEndsAt: string;
  address?: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  };
  reason?: string;
  proof?: {
    note?: string;
    receivedBy?: string;
    photo?: string;
  };
  location?: {
    lat: number;
    lng: number;
  };
  cashCollected?: number;
  qrCollected?: number;
  bottles?: {
    productId: string;
    left: number;
    back: number;
  }[];
  timeline: {
    status: string;
    at: string;
    by: string;
    reason?: string;
    toldAt?: string;
  }[];
}
export interface RunTotals {
  day: string;
  courierId: string;
  delivered: number;
  failed: number;
  open: number;
  cashCollected: number;
  qrCollected: number;
  empties: number;
  cashHeld: number;
}
export interface Notification {
  notificationId: string;
  type: string;
  channel: 'EMAIL' | 'SMS';
  subject?: string;
  message: string;
  status: 'QUEUED' | 'SENDING' | 'SENT' | 'FAILED' | 'UNKNOWN' | 'SKIPPED';
  createdAt: string;
  sentAt?: string;
  orderId?: string;
}
export interface InboxLine {
  notificationId: string;
  type: string;
  channel: 'EMAIL' | 'SMS';
  subject?: string;
  message: string;
  status: 'QUEUED' | 'SENDING' | 'SENT' | 'FAILED' | 'UNKNOWN' | 'SKIPPED';
  createdAt: string;
  userId: string;
  html?: string;
}
export interface SalesRow {
  day: string;
  productId: string;
  orderedQty: number;
  orderedAmount: number;
  cancelledQty: number;
  cancelledAmount: number;
  deliveredQty: number;
  deliveredAmount: number;
}
export interface OrdersRow {
  day: string;
  status: string;
  count: number;
  amount: number;
}
export interface PaymentsRow {
  day: string;
  paymentMethod: string;
  succeeded: number;
  succeededAmount: number;
  failed: number;
  refunded: number;
  refundedAmount: number;
}
export interface SubscriptionsRow {
  day: string;
  active: number;
  paused: number;
  new: number;
  lost: number;
}
export interface RecurringRow {
  day: string;
  households: number;
  active: number;
  next30Days: number;
}
export interface RetentionRow {
  cohort: string;
  households: number;
  week: number;
  weekOf: string;
  retained: number;
  share: number;
}
export interface Demand {
  day: string;
  plannedAt?: string;
  orders: number;
  products: {
    productId: string;
    name: string;
    unit?: string;
    category?: string;
    orderedByHand: number;
    orderedByRun: number;
    planned: number;
    total: number;
    supply: number;
    left: number;
    short: number;
    slots: {
      slotId: string;
      orderedByHand: number;
      orderedByRun: number;
      planned: number;
      total: number;
    }[];
  }[];
}
export interface PackStop {
  slotId: string;
  slotStartsAt: string;
  slotEndsAt: string;
  userId: string;
  name?: string;
  phone?: string;
  address?: {
    line1: string;
    line2?: string;
    city?: string;
    pincode?: string;
    lat?: number;
    lng?: number;
    note?: string;
  };
  courierId?: string;
  courier?: string;
  orders: {
    orderId: string;
    status: 'CREATED' | 'CONFIRMED' | 'PACKED' | 'DISPATCHED' | 'DELIVERED' | 'CANCELLED';
  }[];
  items: {
    productId: string;
    name: string;
    qty: number;
  }[];
}
export interface DayDeliveries {
  day: string;
  couriers: {
    courierId: string;
    name?: string;
    planned: number;
    done: number;
    failed: number;
    onTheWay: number;
    open: number;
  }[];
  deliveries: {
    deliveryId: string;
    orderId: string;
    userId: string;
    name?: string;
    courierId: string;
    courier?: string;
    slotId: string;
    slotStartsAt: string;
    status: 'ASSIGNED' | 'PICKED_UP' | 'IN_TRANSIT' | 'DELIVERED' | 'FAILED';
    at: string;
    reason?: string;
    address?: {
      line1: string;
      line2?: string;
      city?: string;
      pincode?: string;
      lat?: number;
      lng?: number;
      note?: string;
    };
    hasPhoto: boolean;
  }[];
}
export interface OrderRunState {
  day: string;
  locks: {
    lock: string;
    slotIds: string[];
    state: 'WAITING' | 'PLANNING' | 'MAKING' | 'MADE' | 'DONE';
    startedAt?: string;
    due?: number;
    made: number;
    orders: number;
    reasons: {
      [k: string]: number;
    };
    amount: number;
    digest: string;
  }[];
}
export interface Dairy {
  name: string;
  currency: string;
  timeZone: string;
  languages: string[];
  slots: {
    slotId: string;
    from: string;
    to: string;
    cutoffTime: string;
    cutoffDaysBefore: number;
  }[];
  closedWeekdays: string[];
  bookAheadDays: number;
  problemDays: number;
  instantCreditLimit: number;
  roundCashTo: number;
  withdrawals: boolean;
  categories: string[];
  cards: {
    provider: 'STRIPE' | 'SANDBOX' | 'NONE';
    publishableKey?: string;
  };
  tiles?: {
    url: string;
    attribution: string;
  };
}
