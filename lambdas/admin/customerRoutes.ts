import { z } from '@hono/zod-openapi';
import { emailField, nameField, phoneField } from '#lambdas/user/models/User.ts';
import { Address, AddressInput } from '#shared/domain/address.ts';
import { type AnyDoor, door } from '#shared/http/door.ts';
import { addCustomer, listCustomers } from './customers.ts';

const staff = ['admin'] as const;

export const customerDoors: AnyDoor[] = [
  door({
    name: 'addCustomer',
    summary: 'Make the account of a household at the desk; it signs in by a code to its telephone',
    who: staff,
    http: { method: 'POST', path: '/admin/customer', status: 201 },
    input: z.strictObject({
      name: nameField,
      phone: phoneField,
      email: emailField.optional(),
      address: AddressInput.optional(),
      language: z.enum(['en', 'hi']).optional(),
    }),
    answer: () => z.object({ userId: z.string() }),
    run: addCustomer,
  }),
  door({
    name: 'listCustomers',
    summary:
      'Households by the beginning of a word of the name, of the e-mail address or of the telephone number, by its last digits or by userId; else the newest',
    who: staff,
    http: { method: 'GET', path: '/admin/customers' },
    input: z.strictObject({
      q: z.string().trim().min(1).max(100).optional(),
      limit: z.coerce.number().int().min(1).max(100).default(50),
      cursor: z.string().max(1_000).optional(),
    }),
    answer: () =>
      z.array(
        z.object({
          userId: z.string(),
          name: z.string().optional(),
          email: z.string().optional(),
          phone: z.string().optional(),
          address: Address.optional(),
          active: z.boolean(),
          createdAt: z.string(),
        }),
      ),
    run: listCustomers,
  }),
];
