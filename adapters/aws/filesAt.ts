import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  S3Client,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import type { Files } from '#shared/ports/ports.ts';
import { once } from '../once.ts';

/** What a name stood for at one time: a version, or nothing any more. */
interface Stand {
  since: number;
  versionId?: string;
}

/** The files of a versioned bucket as they were at an instant, to be read: whoever writes meanwhile changes nothing of them. */
export function filesAt(options: {
  bucket: string;
  s3: S3ClientConfig;
  at: Date;
}): Pick<Files, 'get' | 'names'> {
  const { bucket, at } = options;
  const s3 = new S3Client(options.s3);
  const versions = once(() => versionsAt(s3, bucket, at));
  return {
    async get(name) {
      const VersionId = (await versions()).get(name);
      if (VersionId === undefined) return undefined;
      const found = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: name, VersionId }));
      if (!found.Body) throw new Error(`S3 gave ${name} without a body`);
      const contentType = found.ContentType ?? 'application/octet-stream';
      return { body: await found.Body.transformToByteArray(), contentType };
    },
    async *names() {
      yield* (await versions()).keys();
    },
  };
}

/** The version of each file that was there at the instant. */
async function versionsAt(s3: S3Client, bucket: string, at: Date): Promise<Map<string, string>> {
  const stands = new Map<string, Stand>();
  let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (next) {
    const page: ListObjectVersionsCommandOutput = await s3.send(
      new ListObjectVersionsCommand({ Bucket: bucket, ...next }),
    );
    for (const { Key = '', LastModified = at, VersionId } of page.Versions ?? [])
      note(stands, Key, { since: LastModified.getTime(), versionId: VersionId }, at);
    for (const { Key = '', LastModified = at } of page.DeleteMarkers ?? [])
      note(stands, Key, { since: LastModified.getTime() }, at);
    next = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  return new Map(
    [...stands].flatMap(([name, { versionId }]) => (versionId === undefined ? [] : [[name, versionId]])),
  );
}

/**
 * Keeps what came last until the instant. S3 lists a name's newest version first, and tells times by the second: of
 * what came and went within one, the file stays. One too many does no harm.
 */
function note(stands: Map<string, Stand>, name: string, stand: Stand, at: Date): void {
  const known = stands.get(name);
  if (stand.since > at.getTime() || (known && known.since > stand.since)) return;
  if (known?.since === stand.since && known.versionId !== undefined) return;
  stands.set(name, stand);
}
