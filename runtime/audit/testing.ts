import { execFile } from 'node:child_process';

/** `npm run audit:ledger` in an environment: how it ended and what it said. */
export function runAudit(env: Record<string, string>) {
  return new Promise<{ code: number | null; said: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['runtime/auditLedger.ts'],
      { env: { PATH: process.env.PATH, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, said: stdout + stderr }),
    );
  });
}
