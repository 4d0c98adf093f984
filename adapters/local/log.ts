import { pino } from 'pino';
import type { Log } from '#shared/ports/ports.ts';

/** Lines are written by the page or this often, whatever comes first; a warning or an error at once. */
const FLUSH_MS = 200;
const PAGE_BYTES = 8_192;

/** One JSON line an entry on standard output. */
export function makeLog(level: string): Log {
  const output = pino.destination({ dest: 1, sync: true, minLength: PAGE_BYTES, periodicFlush: FLUSH_MS });
  process.on('exit', () => output.flushSync());
  const logger = pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, output);
  return {
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => {
      logger.warn(fields ?? {}, message);
      output.flushSync();
    },
    error: (message, fields) => {
      logger.error(fields ?? {}, message);
      output.flushSync();
    },
  };
}
