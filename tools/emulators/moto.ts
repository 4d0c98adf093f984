import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Emulator, installed, need, run, startService } from './program.ts';

const source = join(import.meta.dirname, 'moto');
const python = process.env.PYTHON ?? 'python3';

/** Starts moto's server, which speaks for AWS's other services, on a free port of loopback. Installs it at the first start. */
export async function startMoto(): Promise<Emulator> {
  const requirements = join(source, 'requirements.txt');
  const folder = installed('moto', requirements, (venv) => {
    need(hasPython, 'Python 3.10 or later with venv', ['python3', 'python3-venv']);
    run(python, ['-m', 'venv', venv]);
    run(programIn(venv), ['-m', 'pip', 'install', '--quiet', '--requirement', requirements]);
  });
  return startService(programIn(folder), [join(source, 'serve.py')]);
}

/** A venv is moved once it is whole: its interpreter still finds it, its scripts would not. */
function programIn(venv: string): string {
  return process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python');
}

function hasPython(): boolean {
  const works = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
  return spawnSync(python, ['-c', works]).status === 0;
}
