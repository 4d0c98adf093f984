import { z } from '@hono/zod-openapi';
import { event, lines, sampleOrder } from './entry.ts';

const problem = () => ({
  userId: z.string(),
  orderId: z.string(),
  problemId: z.string(),
  productId: z.string(),
  qty: z.number().int(),
  kind: z.string(),
  status: z.string(),
  amountMinor: z.number().int(),
  creditedMinor: z.number().int(),
});
const sampleProblem = {
  ...sampleOrder,
  problemId: 'PRO101-P101-SPOILT',
  productId: 'P101',
  qty: 1,
  kind: 'SPOILT',
  amountMinor: 5_000,
  creditedMinor: 0,
};

/** Events of what happens at a door beside the order's own: bottles, problems, corrections. */
export const doorEvents = {
  BOTTLES_LOST: event(
    'bottles',
    'a household lost or broke bottles, and their deposit was kept',
    () => ({
      userId: z.string(),
      productId: z.string(),
      count: z.number().int(),
      amountMinor: z.number().int(),
    }),
    { userId: 'U101', productId: 'P101', count: 1, amountMinor: 2_000 },
  ),
  PROBLEM_REPORTED: event(
    'problem',
    'a household reported a problem with what was delivered; CREDITED at once, or OPEN for the desk',
    problem,
    { ...sampleProblem, status: 'CREDITED', creditedMinor: 5_000 },
  ),
  PROBLEM_DECIDED: event('problem', 'the desk credited or refused a reported problem', problem, {
    ...sampleProblem,
    status: 'REFUSED',
  }),
  DELIVERY_CORRECTED: event(
    'delivery',
    'the desk put right what was said of a delivery at its door; the lines are differences',
    () => ({
      userId: z.string(),
      orderId: z.string(),
      deliveryId: z.string(),
      courierId: z.string(),
      status: z.string(),
      chargedBeforeMinor: z.number().int(),
      chargedMinor: z.number().int(),
      lines: lines(),
    }),
    {
      ...sampleOrder,
      deliveryId: 'D101',
      courierId: 'U9',
      status: 'DELIVERED',
      chargedBeforeMinor: 10_000,
      chargedMinor: 5_000,
      lines: [{ productId: 'P101', qty: -1, amountMinor: -5_000 }],
    },
  ),
} as const;
