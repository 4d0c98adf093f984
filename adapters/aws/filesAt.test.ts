import { expect, onTestFinished, test } from 'vitest';
import { filesAt } from './filesAt.ts';
import { standIn, towards } from './testing.ts';

const AT = new Date('2027-01-05T02:00:00Z');

/** An entry of S3's list of versions: a version, or the mark that something was removed. */
const entry = (kind: 'Version' | 'DeleteMarker', name: string, versionId: string, time: string) =>
  `<${kind}><Key>${name}</Key><VersionId>${versionId}</VersionId><LastModified>2027-01-05T${time}.000Z</LastModified></${kind}>`;

const page = (entries: string[], more = '') =>
  `<ListVersionsResult><IsTruncated>${more !== ''}</IsTruncated>${more}${entries.join('')}</ListVersionsResult>`;

/** A bucket whose list of versions comes in these pages; a version's text is its id. */
async function bucketOf(...pages: string[]) {
  const s3 = await standIn(({ operation }) => {
    const { pathname, searchParams } = new URL(operation.replace('GET ', ''), 'http://s3');
    const headers = { 'content-type': 'application/xml' };
    if (searchParams.has('versions')) {
      const nth = Number(searchParams.get('key-marker') ?? 0);
      return { body: pages[nth], headers };
    }
    return { body: `${pathname} ${searchParams.get('versionId')}`, headers: { 'content-type': 'image/png' } };
  });
  onTestFinished(s3.close);
  const files = filesAt({ bucket: 'files', s3: { ...towards(s3.url), forcePathStyle: true }, at: AT });
  return { files, asked: s3.asked };
}

async function namesIn({ files }: Awaited<ReturnType<typeof bucketOf>>): Promise<string[]> {
  const names: string[] = [];
  for await (const name of files.names()) names.push(name);
  return names.sort();
}

test('A file is what it was at the instant, whatever became of it since', async () => {
  const bucket = await bucketOf(
    page([
      entry('Version', 'changed', 'newer', '02:00:01'),
      entry('Version', 'changed', 'then', '02:00:00'),
      entry('Version', 'changed', 'older', '01:00:00'),
      entry('Version', 'removed-since', 'kept', '01:00:00'),
      entry('DeleteMarker', 'removed-since', 'mark', '03:00:00'),
      entry('Version', 'removed-before', 'gone', '01:00:00'),
      entry('DeleteMarker', 'removed-before', 'mark', '01:30:00'),
      entry('Version', 'put-again', 'second', '01:45:00'),
      entry('Version', 'put-again', 'first', '01:00:00'),
      entry('DeleteMarker', 'put-again', 'mark', '01:30:00'),
      entry('Version', 'later', 'later', '02:30:00'),
    ]),
  );
  expect(await namesIn(bucket)).toEqual(['changed', 'put-again', 'removed-since']);
  const textOf = async (name: string) => Buffer.from((await bucket.files.get(name))?.body ?? []).toString();
  expect(await textOf('changed')).toBe('/files/changed then');
  expect(await textOf('removed-since')).toBe('/files/removed-since kept');
  expect(await textOf('put-again')).toBe('/files/put-again second');
  expect((await bucket.files.get('changed'))?.contentType).toBe('image/png');
  for (const name of ['removed-before', 'later', 'never'])
    expect(await bucket.files.get(name)).toBeUndefined();
  expect(bucket.asked.filter(({ operation }) => operation.includes('versions'))).toHaveLength(1);
});

test('Of what came and went within one second the newest file stays', async () => {
  const bucket = await bucketOf(
    page([
      entry('Version', 'twice', 'newer', '01:00:00'),
      entry('Version', 'twice', 'older', '01:00:00'),
      entry('Version', 'blink', 'seen', '01:00:00'),
      entry('DeleteMarker', 'blink', 'mark', '01:00:00'),
    ]),
  );
  expect(await namesIn(bucket)).toEqual(['blink', 'twice']);
  expect(Buffer.from((await bucket.files.get('twice'))?.body ?? []).toString()).toBe('/files/twice newer');
});

test('A list that comes in pages is read to its end', async () => {
  const next = '<NextKeyMarker>1</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>';
  const bucket = await bucketOf(
    page([entry('Version', 'first', 'a', '01:00:00')], next),
    page([entry('Version', 'second', 'b', '01:00:00')]),
  );
  expect(await namesIn(bucket)).toEqual(['first', 'second']);
  expect(bucket.asked.at(-1)?.operation).toContain('version-id-marker=v');
});
