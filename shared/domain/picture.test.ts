import { z } from '@hono/zod-openapi';
import { describe, expect, test } from 'vitest';
import { pictureOf, pictureShape } from './picture.ts';
import { Problem } from './problem.ts';

const Sent = z.strictObject(pictureShape);
const first = {
  'image/jpeg': 'ffd8ffe000104a46494600010100',
  'image/png': '89504e470d0a1a0a0000000d4948',
  'image/webp': '524946462400000057454250565038',
} as const;
type Kind = keyof typeof first;
const kinds = Object.keys(first) as Kind[];
const base64 = (hex: string, length = 60) => {
  const bytes = Buffer.alloc(length);
  Buffer.from(hex, 'hex').copy(bytes);
  return bytes.toString('base64');
};

describe('A picture', () => {
  test.each(kinds)('that is %s is taken as that, and as nothing else', (kind) => {
    for (const contentType of kinds) {
      const taken = pictureOf({ contentType, data: base64(first[kind]) });
      if (contentType === kind) expect(taken).toMatchObject({ contentType, body: { length: 60 } });
      else expect(taken).toMatchObject({ code: 'INVALID_INPUT', errors: [{ pointer: '/data' }] });
    }
  });

  test('that is a page, a drawing with scripts or nothing at all is refused', () => {
    for (const text of ['<script>alert(1)</script>', '<svg onload="x()"/>', 'GIF89a      ', 'RIFF', '']) {
      const data = Buffer.from(text).toString('base64');
      for (const contentType of kinds) expect(pictureOf({ contentType, data })).toBeInstanceOf(Problem);
    }
  });

  test('may have 700,000 bytes, and not one more', () => {
    const most = { contentType: 'image/png' as const, data: base64(first['image/png'], 700_000) };
    expect(Sent.safeParse(most).success).toBe(true);
    expect(pictureOf(most)).toMatchObject({ extension: 'png' });
    const more = { ...most, data: base64(first['image/png'], 700_001) };
    expect(pictureOf(more)).toMatchObject({ errors: [{ detail: 'holds more than 700000 bytes' }] });
    expect(Sent.safeParse({ ...most, data: base64(first['image/png'], 700_004) }).success).toBe(false);
  });

  test('is base64 without blanks, signs of a URL or a broken end', () => {
    for (const data of ['iVBO Rw0K', 'data:image/png;base64,iVBORw0K', 'iVBO_w-K', '====', '']) {
      expect(Sent.safeParse({ contentType: 'image/png', data }).success).toBe(false);
    }
    expect(pictureOf({ contentType: 'image/png', data: `${base64(first['image/png'])}A` })).toBeInstanceOf(
      Problem,
    );
  });
});
