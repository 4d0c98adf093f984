import { type RuntimeConfig, readConfig } from './config.ts';
import { startMilkfloat } from './milkfloat.ts';

/** `npm start`: the whole dairy on this machine. `--demo` fills an empty one with a living dairy. */
async function main(): Promise<void> {
  // Whatever this process and its engine write is their owner's alone.
  process.umask(0o077);
  const demo = process.argv.includes('--demo');
  const tellPassword = (password: string, { ADMIN_EMAIL }: RuntimeConfig) =>
    console.error(`\nFirst admin (shown once): ${ADMIN_EMAIL}  ${password}`);
  if (demo) {
    const { fillDemo } = await import('./demo/fill.ts');
    await fillDemo(process.env, tellPassword);
  }
  const config = readConfig(process.env);
  const milkfloat = await startMilkfloat(config, tellPassword);
  const { url, log } = milkfloat;

  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    log.info('stopping', { signal });
    await milkfloat.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);

  console.error(`\nMilkfloat is open: ${url}/shop/   the desk: ${url}/desk/   couriers: ${url}/courier/`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  if (process.env.LOG_LEVEL === 'debug') console.error(error);
  process.exit(1);
});
