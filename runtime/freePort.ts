import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what Linux, macOS and Windows take ports of outgoing connections from. */
const RANGE = [20_000, 32_000] as const;
const TRIES = 50;

/**
 * A port of loopback that nothing listens on. No connection of somebody else takes it by chance before its listener is
 * there, as it may a port that the system itself would give.
 */
export async function freePort(): Promise<number> {
  for (let tried = 1; ; tried++) {
    const port = randomInt(...RANGE);
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch (error) {
      if (tried === TRIES) throw new Error('no free port on loopback', { cause: error });
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
}
