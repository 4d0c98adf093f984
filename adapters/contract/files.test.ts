import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Files } from '#shared/ports/ports.ts';
import { makeFiles as makeAwsFiles } from '../aws/files.ts';
import { towards } from '../aws/testing.ts';
import { makeFiles } from '../local/files.ts';
import { emulated, everywhere } from './emulated.ts';

async function folder(): Promise<Files> {
  const path = mkdtempSync(join(tmpdir(), 'milkfloat-files-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return makeFiles(path);
}

const s3 = { ...towards(emulated ?? ''), forcePathStyle: true };

async function bucket(): Promise<Files> {
  const name = `files-${randomUUID()}`;
  const LocationConstraint = s3.region as 'ap-south-1';
  await new S3Client(s3).send(
    new CreateBucketCommand({ Bucket: name, CreateBucketConfiguration: { LocationConstraint } }),
  );
  return makeAwsFiles({ bucket: name, s3 });
}

/** What every place for files promises, whichever it is. */
describe.each(everywhere([['a folder', folder]], [['S3', bucket]]))('In %s', (_name, open) => {
  test('a picture comes back byte for byte with its type, and is gone when it was removed', async () => {
    const files = await open();
    const body = Uint8Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256);
    await files.put('images/milk.webp', body, 'image/webp');
    const found = await files.get('images/milk.webp');
    expect(found?.contentType).toBe('image/webp');
    expect(Buffer.from(found?.body ?? []).equals(body)).toBe(true);
    await files.remove('images/milk.webp');
    expect(await files.get('images/milk.webp')).toBeUndefined();
  });

  test.each([
    ['proofs/d1.jpg', 'image/jpeg'],
    ['images/milk.png', 'image/png'],
    ['images/milk.svg', 'image/svg+xml'],
  ])('what %s is, is known when it is shown', async (name, contentType) => {
    const files = await open();
    await files.put(name, Buffer.from('anything'), contentType);
    expect(await files.get(name)).toMatchObject({ contentType });
  });

  test('what was never kept is not there, whether its folder is or not, and may be removed all the same', async () => {
    const files = await open();
    await files.put('images/milk.png', Buffer.from('milk'), 'image/png');
    for (const name of ['images/ghee.png', 'proofs/d1.png', 'images/milk.png.part']) {
      expect(await files.get(name)).toBeUndefined();
    }
    await files.remove('images/ghee.png');
    expect(await files.get('images/milk.png')).toBeDefined();
  });

  test('a picture that is kept again is the new one, and its neighbour stays as it was', async () => {
    const files = await open();
    const keep = (name: string, text: string) => files.put(name, Buffer.from(text), 'image/png');
    await keep('images/milk.png', 'the old label');
    await keep('images/milk2.png', 'another');
    await keep('images/milk.png', 'new');
    const text = async (name: string) => Buffer.from((await files.get(name))?.body ?? []).toString();
    expect([await text('images/milk.png'), await text('images/milk2.png')]).toEqual(['new', 'another']);
  });

  test('of pictures that are kept at once under one name one is there whole', async () => {
    const files = await open();
    const bodies = [1, 2, 3, 4].map((byte) => new Uint8Array(50_000).fill(byte));
    await Promise.all(bodies.map((body) => files.put('images/milk.png', body, 'image/png')));
    const { body = new Uint8Array() } = (await files.get('images/milk.png')) ?? {};
    expect([body.length, new Set(body).size]).toEqual([50_000, 1]);
  });
});

test.runIf(emulated)('A bucket that is not there is a fault, and not a dairy without pictures', async () => {
  const files = makeAwsFiles({ bucket: 'nobody-s-bucket', s3 });
  await expect(files.get('images/milk.png')).rejects.toThrow();
});
