import { spawn } from 'node:child_process';

/** Everything that must hold before a change lands, each as one command; all run, then the verdict. */
const checks: [string, string[]][] = [
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.']],
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['types of the screens', ['node_modules/typescript/bin/tsc', '-p', 'web']],
  ['dead code', ['node_modules/knip/bin/knip.js', '--no-progress']],
  ['house rules', ['node_modules/vitest/vitest.mjs', 'run', '--project', 'rules']],
  ['generated docs', ['tools/docs.ts', '--check']],
];

function run(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    spawn(process.execPath, args, { stdio: 'inherit' }).on('exit', (code) => resolve(code ?? 1));
  });
}

/** Runs every check; answers how many failed. */
async function check(): Promise<number> {
  let failures = 0;
  // `npm test` runs the rules with the other suites.
  const wanted = process.argv.includes('--without-rules')
    ? checks.filter(([name]) => name !== 'house rules')
    : checks;
  for (const [name, args] of wanted) {
    const started = Date.now();
    const code = await run(args);
    console.log(`${code === 0 ? '✓' : '✗'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    if (code !== 0) failures++;
  }
  return failures;
}

process.exit((await check()) === 0 ? 0 : 1);
