import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { towards } from '#adapters/aws/testing.ts';
import { emulated } from '#adapters/contract/emulated.ts';
import { tables } from '#lambdas/tables.ts';
import { createTableRequest } from '#shared/data/dynamoose.ts';
import { openWire } from '#shared/data/wire.ts';

/** How every client reaches the emulated services. */
export const there = { ...towards(emulated ?? ''), forcePathStyle: true };

/** What a first deployment leaves in an account: tables with the stack's name before theirs, and an empty bucket. */
export async function deployStack(endpoint: string | undefined) {
  const prefix = `milkfloat-${randomUUID().slice(0, 8)}-`;
  const wire = openWire({ ...there, endpoint, prefix, credentials: () => there.credentials });
  for (const table of tables) {
    await wire.call('CreateTable', await createTableRequest(table));
  }
  await wire.close();
  const Bucket = `files-${randomUUID()}`;
  const s3 = new S3Client(there);
  const LocationConstraint = there.region as BucketLocationConstraint;
  await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint } }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  return {
    AWS_REGION: there.region,
    ...(endpoint && { AWS_ENDPOINT_URL_DYNAMODB: endpoint }),
    TABLE_PREFIX: prefix,
    FILES_BUCKET: Bucket,
  };
}

/** What is asked of DynamoDB on the way to moto. */
interface OnTheWay {
  operation: string;
  /** How often this operation was asked for, this time included. */
  times: number;
  table: string;
}

/**
 * moto, and what it lacks of time: it restores a table's rows of now whatever second is asked for, says its own time in
 * RestoreSummary, and takes the moment at which recovery was switched on for the first and the last. Here the second
 * asked for is told again, and a window goes from `window.from` to `window.to`. `meet` may do something before a request
 * goes on, or name an error that comes in place of its answer.
 */
export async function motoWithTime(moto: string) {
  const window = { from: 0, to: 0 };
  const restoredTo = new Map<string, number>();
  const counts = new Map<string, number>();
  const way = {
    window,
    counts,
    meet: async (_: OnTheWay): Promise<string | undefined> => undefined,
    url: '',
    close: async () => undefined as unknown,
  };
  const server = createServer(async (request, response) => {
    const body = await text(request);
    const asked = JSON.parse(body) as Record<string, unknown>;
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    const times = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, times);
    const table = String(asked.TargetTableName ?? asked.TableName);
    const failure = await way.meet({ operation, times, table });
    if (failure) {
      response.writeHead(400).end(JSON.stringify({ __type: failure, message: failure }));
      return;
    }
    if (operation === 'RestoreTableToPointInTime') restoredTo.set(table, Number(asked.RestoreDateTime));
    const answer = await fetch(moto, { method: 'POST', headers: passedOn(request.headers), body });
    const told = (await answer.json()) as Answer;
    const summary = told.Table?.RestoreSummary;
    if (summary) summary.RestoreDateTime = restoredTo.get(table) ?? 0;
    const recovery = told.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    if (recovery?.PointInTimeRecoveryStatus === 'ENABLED') {
      recovery.EarliestRestorableDateTime = window.from;
      recovery.LatestRestorableDateTime = window.to;
    }
    response.writeHead(answer.status).end(JSON.stringify(told));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  way.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  way.close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return way;
}

interface Answer {
  Table?: { RestoreSummary?: { RestoreDateTime: number } };
  ContinuousBackupsDescription?: { PointInTimeRecoveryDescription?: Record<string, unknown> };
}

/** What moto tells services and accounts by. */
function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'];
  return Object.fromEntries(names.map((name) => [name, String(headers[name] ?? '')]));
}
