import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '#shared/ports/ports.ts';

/** DynamoDB forgets a stream's records after a day; the engine keeps them for ever. */
const KEEP_SECONDS = 24 * 3_600;
const TRIM_EVERY_MS = 3_600_000;
/** Records removed by one statement: a few milliseconds in which the engine waits to write. */
const PIECE = 500;
const INDEX =
  'CREATE INDEX IF NOT EXISTS milkfloat_stream_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER))';

/**
 * Looks after the table in which the engine keeps the records of its streams. The engine looks for the last number
 * whenever it adds a record, and sorts all records whenever it reads some, without an index: both cost more with
 * every event that ever was. This adds the index those statements use, and once an hour removes what DynamoDB would
 * have forgotten. It speaks to the engine's file beside the engine, which SQLite allows.
 * @returns ends the hourly work
 */
export function careForStream(database: string, log: Log): () => void {
  let stopped = false;
  withFile(database, (file) => file.exec(INDEX));
  const trim = async () => {
    while (!stopped && trimPiece(database, Math.floor(Date.now() / 1_000) - KEEP_SECONDS) === PIECE) {
      await sleep(50);
    }
  };
  const run = () => {
    trim().catch((error: unknown) => log.warn('stream not trimmed', { reason: String(error) }));
  };
  run();
  const timer = setInterval(run, TRIM_EVERY_MS);
  timer.unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}

/**
 * Removes up to a piece of the oldest records written before an instant (seconds since 1970), and never the last
 * one: the engine counts on from it.
 * @returns how many were removed
 */
export function trimPiece(database: string, before: number): number {
  return withFile(database, (file) =>
    Number(
      file
        .prepare(
          `DELETE FROM _stream_records
            WHERE id IN (SELECT id FROM (SELECT id, created_at FROM _stream_records ORDER BY id LIMIT ${PIECE})
                          WHERE created_at < ?)
              AND id < (SELECT MAX(id) FROM _stream_records)`,
        )
        .run(before).changes,
    ),
  );
}

function withFile<T>(database: string, use: (file: DatabaseSync) => T): T {
  const file = new DatabaseSync(database, { timeout: 5_000 });
  try {
    return use(file);
  } finally {
    file.close();
  }
}
