import { createRequire } from 'node:module';
import { join } from 'node:path';
import { App, Validations } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks } from 'cdk-nag';
import { lambdas } from '../lambdas/all.ts';
import { tables } from '../lambdas/tables.ts';
import { type Bundle, bundleAll } from './bundle.ts';
import { requestAll } from './data.ts';
import type { Place } from './deployed.ts';
import type { Settings } from './settings.ts';
import { MilkfloatStack } from './stack.ts';

export interface Synthesized {
  stack: MilkfloatStack;
  assembly: CloudAssembly;
  bundles: Bundle[];
}

/** The behaviours of CDK that new projects begin with; an app without the CLI must name them itself. */
const flags = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json');

/**
 * Makes the stack and synthesizes it into `outdir`, checked by cdk-nag. Needs no network and no account,
 * and fits any unless a place is given. Bundles the Lambdas' code unless it is given.
 */
export async function synthesize(
  outdir: string,
  settings: Settings,
  { place, bundles: given }: { place?: Place; bundles?: Bundle[] } = {},
): Promise<Synthesized> {
  const names = lambdas.map(({ name }) => name);
  const bundles = given ?? (await bundleAll(names, join(outdir, 'bundles')));
  const app = new App({ outdir, postCliContext: flags });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const stack = new MilkfloatStack(app, 'Milkfloat', {
    tables: await requestAll(tables),
    lambdas,
    bundles,
    settings,
    place,
  });
  return { stack, assembly: app.synth(), bundles };
}
