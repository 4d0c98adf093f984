import { bundleAll } from './bundle.ts';
import { execSync } from 'node:child_process';
const names = 'user product cart order payment delivery notification analytics admin'.split(' ');
for (let i = 0; i < 4; i++) { await bundleAll(names, `/tmp/det/${i}`); }
for (let i = 1; i < 4; i++) { try { console.log(execSync(`diff -rq /tmp/det/0 /tmp/det/${i}`).toString() || 'same'); } catch (e: any) { console.log(e.stdout.toString()); } }
