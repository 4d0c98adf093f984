import { z } from '@hono/zod-openapi';
import { type Problem, refuse } from './problem.ts';

const kinds = {
  'image/jpeg': { extension: 'jpg', begins: (bytes: Buffer) => bytes.readUIntBE(0, 3) === 0xffd8ff },
  'image/png': {
    extension: 'png',
    begins: (bytes: Buffer) => bytes.subarray(0, 8).toString('hex') === '89504e470d0a1a0a',
  },
  'image/webp': {
    extension: 'webp',
    begins: (bytes: Buffer) =>
      bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  },
} as const;
const types = ['image/jpeg', 'image/png', 'image/webp'] as const;

/** Largest picture in bytes; as base64 it fits with its other fields into a body of 1 MB. */
const MOST_BYTES = 700_000;
/** What every kind needs to be told by its first bytes. */
const FEWEST_BYTES = 12;

/** A picture as a caller sends it: what it is, and its bytes as base64 (RFC 4648, section 4). */
export const pictureShape = {
  contentType: z.enum(types),
  data: z
    .string()
    .max(Math.ceil(MOST_BYTES / 3) * 4, { message: `holds more than ${MOST_BYTES} bytes` })
    .regex(/^[A-Za-z0-9+/]+={0,2}$/, { message: 'is not base64' })
    .openapi({ format: 'byte', example: 'iVBORw0KGgoAAAANSUhEUg==' }),
};

/** A picture whose bytes are what its type says. */
export interface Picture {
  body: Buffer;
  contentType: (typeof types)[number];
  extension: 'jpg' | 'png' | 'webp';
}

/** The picture that was sent; refused at `/data` where its first bytes are of another kind, or it is too large. */
export function pictureOf({ contentType, data }: { contentType: Picture['contentType']; data: string }) {
  const body = Buffer.from(data, 'base64');
  const { extension, begins } = kinds[contentType];
  if (data.length % 4 !== 0) return noPicture('is not base64');
  if (body.length > MOST_BYTES) return noPicture(`holds more than ${MOST_BYTES} bytes`);
  if (body.length < FEWEST_BYTES || !begins(body)) return noPicture(`is not ${contentType}`);
  return { body, contentType, extension } satisfies Picture;
}

function noPicture(detail: string): Problem {
  return refuse('INVALID_INPUT', `/data: ${detail}`, { errors: [{ pointer: '/data', detail }] });
}

/** Headers of a picture: it is only ever drawn, and nothing in it may run or load. */
export const drawnOnly = {
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
};
