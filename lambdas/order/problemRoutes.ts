import { z } from '@hono/zod-openapi';
import { idSchema } from '#shared/domain/id.ts';
import { Amount, AmountShown } from '#shared/domain/money.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { onDemand } from '#shared/onDemand.ts';
import { problemKinds, problemStatuses } from './models/ProblemReport.ts';
import { decideProblem, listProblems, reportProblem } from './problems.ts';

const ProblemShown = onDemand(() =>
  z
    .object({
      problemId: z.string(),
      userId: z.string(),
      orderId: z.string(),
      productId: z.string(),
      qty: z.number().int(),
      kind: z.enum(problemKinds),
      note: z.string().optional(),
      /** CREDITED at once, or OPEN until the desk has decided. */
      status: z.enum(problemStatuses),
      amount: AmountShown,
      credited: AmountShown,
      createdAt: z.string(),
      decidedAt: z.string().optional(),
    })
    .openapi('ProblemReport'),
);

export const problemDoors: AnyDoor[] = [
  door({
    name: 'reportProblem',
    summary: 'Say that something delivered was spoilt, missing or broken; a small credit comes at once',
    who: ['customer', 'admin'],
    http: { method: 'POST', path: '/order/problem', status: 201 },
    input: z.strictObject({
      orderId: idSchema('order'),
      productId: idSchema('product'),
      /** All that came and was not reported, unless told. */
      qty: z.number().int().min(1).max(1_000).optional(),
      kind: z.enum(problemKinds),
      note: z.string().trim().min(1).max(500).optional(),
    }),
    answer: ProblemShown,
    run: reportProblem,
  }),
  door({
    name: 'listProblems',
    summary:
      "A household's reported problems, the newest first; for the desk those that wait for it, the oldest first",
    who: ['customer', 'admin'],
    http: { method: 'GET', path: '/order/problems' },
    input: z.strictObject({
      userId: idSchema('user').optional(),
      limit: z.coerce.number().int().min(1).max(100).default(100),
      cursor: z.string().max(500).optional(),
    }),
    answer: () => z.array(ProblemShown()),
    run: listProblems,
  }),
  door({
    name: 'decideProblem',
    summary: 'Credit a reported problem, or refuse it',
    who: ['admin'],
    http: { method: 'PATCH', path: '/order/problem' },
    input: z.strictObject({
      problemId: z.string().trim().min(1).max(200),
      decision: z.enum(['CREDIT', 'REFUSE']),
      /** All of it, unless told. */
      amount: Amount.optional(),
    }),
    answer: ProblemShown,
    run: decideProblem,
  }),
];
