// The one door of every npm script. It runs on whatever Node (20 or later) the machine has, installs what
// package-lock.json names when node_modules is missing or older, and hands over to the Node 24 that the
// `node` package brings. Plain JavaScript, no dependency: it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stampFile = join(root, 'node_modules', '.milkfloat-installed');
const node24 = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

// V8 lets the heap of a server on a large machine grow to ten times what lives in it. Collecting sooner costs a few
// percent of processor time and keeps a busy dairy under 300 MB; it is no limit.
const smallHeap = ['--max-semi-space-size=16', '--heap-growing-percent=30'];

const commands = {
  start: [...smallHeap, 'runtime/main.ts'],
  check: ['tools/check.ts'],
  test: ['tools/test.ts'],
  'test:aws': ['tools/testAws.ts'],
  synth: ['infra/synth.ts'],
  deploy: ['infra/deploy/deploy.ts'],
  bench: ['bench/run.ts'],
  docs: ['tools/docs.ts'],
  pictures: ['tools/pictures.ts'],
  'audit:ledger': [...smallHeap, 'runtime/auditLedger.ts'],
  migrate: ['runtime/moving/main.ts', 'migrate'],
  backup: ['runtime/moving/main.ts', 'backup'],
  restore: ['runtime/moving/main.ts', 'restore'],
  fix: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'],
};

function install() {
  const lock = readFileSync(join(root, 'package-lock.json'));
  const stamp = createHash('sha256').update(lock).digest('hex');
  const installed = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (installed && existsSync(node24)) return;
  console.error('Installing dependencies (npm ci) …');
  const npm = spawnSync('npm', ['ci', '--no-progress'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  if (!existsSync(node24)) {
    // npm settings that forbid install scripts leave the `node` package without its binary.
    const made = spawnSync(process.execPath, ['installArchSpecificPackage.js'], {
      cwd: join(root, 'node_modules', 'node'),
      stdio: ['ignore', 2, 2],
    });
    if (made.status !== 0 || !existsSync(node24)) {
      console.error(
        'Node 24 could not be installed from the npm package "node". Install Node 24 and try again.',
      );
      process.exit(1);
    }
  }
  writeFileSync(stampFile, stamp);
}

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (!command) {
  console.error(`Unknown command "${name}". One of: ${Object.keys(commands).join(', ')}.`);
  process.exit(2);
}
install();

// What Node has compiled once is kept beside the packages: a start takes half the time then.
const env = {
  ...process.env,
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'),
  PATH: `${dirname(node24)}:${process.env.PATH}`,
};

// What people look at is served from files that are built once for each state of the sources.
if (['start', 'test', 'pictures', 'deploy'].includes(name)) {
  const built = spawnSync(node24, ['tools/web.ts'], { cwd: root, stdio: ['ignore', 2, 2], env });
  if (built.status !== 0) process.exit(built.status ?? 1);
}

const child = spawn(node24, [...command, ...args], {
  cwd: root,
  stdio: 'inherit',
  env,
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
