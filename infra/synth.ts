import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from './app.ts';
import { type Bundle, root } from './bundle.ts';
import { Settings } from './settings.ts';

/** `npm run synth`: the CloudFormation template and the bundles in cdk.out, and what they come to. */
async function synth(): Promise<void> {
  const started = Date.now();
  const outdir = join(root, 'cdk.out');
  rmSync(outdir, { recursive: true, force: true });
  const { stack, assembly, bundles } = await synthesize(outdir, Settings.parse(process.env));
  const { Resources: resources } = assembly.getStackByName(stack.stackName).template;
  console.log(`${stack.stackName}: ${Object.keys(resources).length} resources in cdk.out`);
  for (const bundle of bundles) console.log(lineOf(bundle));
  console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
}

function lineOf({ lambda, coldBytes, codeBytes, bytes }: Bundle): string {
  const kB = (n: number) => `${Math.round(n / 1000).toLocaleString('en')} kB`.padStart(9);
  return `  ${lambda.padEnd(14)}${kB(bytes)}, ${kB(codeBytes)} of it code, of which a cold start loads ${kB(coldBytes)}`;
}

await synth();
