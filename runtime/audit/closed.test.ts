import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEngine } from '#runtime/engine.ts';
import { lockFolder } from '#runtime/lock.ts';
import { testDairy } from '#runtime/testDairy.ts';
import { runAudit } from './testing.ts';

test('The command starts the engine of a closed dairy, keeps others off meanwhile, and says where there is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-audit-'));
  const dairy = await testDairy();
  const audit = () => runAudit({ DATA_DIR: folder });
  try {
    expect(await audit()).toMatchObject({ code: 2, said: expect.stringContaining('There is no dairy') });
    await dairy.pay(await dairy.order(), { paymentMethod: 'CARD' });
    // An engine that has stopped leaves a whole file.
    await dairy.stopEngine();
    cpSync(join(dairy.folder, 'milkfloat.db'), join(folder, 'milkfloat.db'));
    expect(await audit()).toMatchObject({ code: 0, said: expect.stringContaining('are right.') });
    const again = await startEngine({ dataDir: folder, log: dairy.world.log });
    await again.stop();
    const unlock = lockFolder(folder);
    unlock();
  } finally {
    await dairy.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
