import { createHash } from 'node:crypto';
import { globSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const AT_ONCE = 8;

/**
 * Puts the screens' files into their bucket, those that are not there as they are. What is in a file of `assets` is in its
 * name, so that it can be kept for ever; anything else is asked for anew. Assets come first, so that no page names one that
 * is not there yet. Nothing is removed: a page that is open still asks for the assets of its release. Answers how many
 * files were put.
 */
export async function putScreens(s3: S3Client, bucket: string, folder: string): Promise<number> {
  const there = new Map<string, string>();
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket }))
    for (const { Key, ETag } of page.Contents ?? []) there.set(Key ?? '', ETag ?? '');
  const files = filesIn(folder).filter(({ key, md5 }) => there.get(key) !== `"${md5}"`);
  for (const isTurn of [isAsset, (key: string) => !isAsset(key)]) {
    const turn = files.filter(({ key }) => isTurn(key)).values();
    const lane = async () => {
      for (const { key, body } of turn) await s3.send(new PutObjectCommand(requestOf(bucket, key, body)));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }
  return files.length;
}

/** The files that are served; CloudFront compresses them itself. */
function filesIn(folder: string) {
  return globSync('*/**/*', { cwd: folder })
    .filter((key) => !/\.(gz|br)$/.test(key) && statSync(join(folder, key)).isFile())
    .sort()
    .map((key) => {
      const body = readFileSync(join(folder, key));
      return { key, body, md5: createHash('md5').update(body).digest('hex') };
    });
}

function requestOf(bucket: string, key: string, body: Buffer) {
  const type = types[extname(key)];
  if (!type) throw new Error(`${key}: nobody has said what type a file of ${extname(key)} is`);
  return {
    Bucket: bucket,
    Key: key,
    Body: body,
    ContentType: type,
    CacheControl: isAsset(key) ? 'public, max-age=31536000, immutable' : 'no-cache',
  };
}

function isAsset(key: string): boolean {
  return /^[^/]+\/assets\//.test(key);
}
