import { z } from '@hono/zod-openapi';

const line = z.string().trim().min(1).max(200);

/** A delivery address. `pincode` is the postal code; coordinates, where known, in WGS 84 degrees. */
export const Address = z.strictObject({
  line1: line,
  line2: line.optional(),
  city: z.string().trim().min(1).max(80).optional(),
  pincode: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9 -]{3,10}$/, { message: 'must be 3 to 10 letters, digits, spaces or hyphens' })
    .optional(),
  lat: z.number().min(-90).max(90).optional(),
  lng: z.number().min(-180).max(180).optional(),
  note: z.string().trim().max(300).optional(),
});
export type Address = z.infer<typeof Address>;

/** An address as a caller may send it: the full form, or one line of text ("123 Main St"). */
export const AddressInput = z
  .union([Address, line.transform((line1): Address => ({ line1 }))])
  .openapi({ example: '123 Main St' });
