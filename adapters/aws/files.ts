import type { S3ClientConfig } from '@aws-sdk/client-s3';
import type { Files } from '#shared/ports/ports.ts';
import { once } from '../once.ts';

/** Files as objects of one private bucket; S3 keeps an object whole or not at all. */
export function makeFiles({ bucket, s3 = {} }: { bucket: string; s3?: S3ClientConfig }): Files {
  const load = once(async () => {
    const sdk = await import('./sdk/s3.ts');
    return { sdk, client: new sdk.S3Client(s3) };
  });
  return {
    async put(name, body, contentType) {
      const { sdk, client } = await load();
      await client.send(
        new sdk.PutObjectCommand({ Bucket: bucket, Key: name, Body: body, ContentType: contentType }),
      );
    },
    async get(name) {
      const { sdk, client } = await load();
      try {
        const found = await client.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: name }));
        if (!found.Body) throw new Error(`S3 gave ${name} without a body`);
        const contentType = found.ContentType ?? 'application/octet-stream';
        return { body: await found.Body.transformToByteArray(), contentType };
      } catch (error) {
        if (error instanceof sdk.NoSuchKey) return undefined;
        throw error;
      }
    },
    async remove(name) {
      const { sdk, client } = await load();
      await client.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: name }));
    },
    async *names() {
      const { sdk, client } = await load();
      for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket: bucket }))
        for (const { Key } of Contents) if (Key) yield Key;
    },
  };
}
