import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Keeps a second server, and an audit that starts an engine of its own, off a data folder. A lock that a killed server left is taken over. */
export function lockFolder(dataDir: string): () => void {
  const file = join(dataDir, 'server.pid');
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const pid = Number(readFileSync(file, 'utf8'));
      // A disk that was full leaves the file empty.
      if (pid > 0 && pid !== process.pid && isMilkfloat(pid)) {
        throw new Error(`Another Milkfloat (process ${pid}) runs on ${dataDir}. Stop it, or set DATA_DIR.`);
      }
      rmSync(file, { force: true });
    }
  }
  throw new Error(`${file} cannot be taken over.`);
}

function isMilkfloat(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // The number may belong to another program by now.
    return /runtime\/(main|auditLedger|moving\/main)\.ts/.test(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
  } catch {
    return true;
  }
}
