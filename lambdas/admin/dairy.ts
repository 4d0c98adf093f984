import { z } from '@hono/zod-openapi';
import { catalogueOf } from '#lambdas/product/models/catalogue.ts';
import { settingsOf } from '#shared/data/settings.ts';
import { AmountShown } from '#shared/domain/money.ts';
import { Reply } from '#shared/http/door.ts';
import { onDemand, type TypeOf } from '#shared/onDemand.ts';
import type { World } from '#shared/world.ts';

/** What everybody may know of a dairy. */
export const DairyShown = onDemand(() =>
  z
    .object({
      name: z.string(),
      currency: z.string().openapi({ example: 'INR' }),
      timeZone: z.string().openapi({ example: 'Asia/Kolkata' }),
      languages: z.array(z.string()),
      slots: z.array(
        z.object({
          slotId: z.string(),
          from: z.string(),
          to: z.string(),
          cutoffTime: z.string(),
          cutoffDaysBefore: z.number().int(),
        }),
      ),
      closedWeekdays: z.array(z.string()),
      bookAheadDays: z.number().int(),
      problemDays: z.number().int(),
      instantCreditLimit: AmountShown,
      /** Cash that is due at a door is rounded to a multiple of it; 0 is not at all. */
      roundCashTo: AmountShown,
      withdrawals: z.boolean(),
      categories: z.array(z.string()),
      /** Who takes cards and UPI; the key is for Stripe's form in the page. */
      cards: z.object({
        provider: z.enum(['STRIPE', 'SANDBOX', 'NONE']),
        publishableKey: z.string().optional(),
      }),
      /** Where map tiles come from; without it maps have none. */
      tiles: z.object({ url: z.string(), attribution: z.string() }).optional(),
    })
    .openapi('Dairy'),
);

/** What screens need before anybody has signed in. From memory: nothing is read for it that is not there. */
export async function viewDairy(world: World) {
  const [settings, catalogue] = await Promise.all([settingsOf(world), catalogueOf(world)]);
  const { currency, timeZone, closedWeekdays, bookAheadDays, problemDays, instantCreditLimit, withdrawals } =
    settings;
  const dairy: TypeOf<typeof DairyShown> = {
    name: settings.dairyName,
    currency,
    timeZone,
    languages: ['en', 'hi'],
    slots: settings.slots.map(({ slotId, from, to, cutoffTime, cutoffDaysBefore }) => ({
      slotId,
      from,
      to,
      cutoffTime,
      cutoffDaysBefore,
    })),
    closedWeekdays,
    bookAheadDays,
    problemDays,
    instantCreditLimit,
    roundCashTo: settings.roundCashTo,
    withdrawals,
    categories: [
      ...new Set(
        catalogue.listed.filter(({ product }) => product.active).map(({ product }) => product.category),
      ),
    ],
    ...world.config.screens,
  };
  return new Reply(dairy, { headers: { 'cache-control': 'public, max-age=60' } });
}
