import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lambdas } from '../lambdas/all.ts';
import { type Synthesized, synthesize } from './app.ts';
import type { Bundle } from './bundle.ts';
import type { Place } from './deployed.ts';
import { Settings } from './settings.ts';

/** What a test reads of a resource: any shape, looked into with care. */
// biome-ignore lint/suspicious/noExplicitAny: a template's resources have a schema of their own each.
export type Properties = any;

/** A stack's template, looked into by type, name and reference. */
export class Made {
  readonly template: { Resources: Record<string, Properties>; Outputs: Record<string, Properties> };

  constructor(template: Properties) {
    this.template = template;
  }

  /** Every resource of a type: its logical id and its properties. */
  all(type: string): [id: string, properties: Properties][] {
    return Object.entries(this.template.Resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([id, resource]) => [id, resource.Properties]);
  }

  /** The one resource of a type that `having` is said of. */
  one(type: string, having: (properties: Properties) => boolean = () => true): Properties {
    const found = this.all(type).filter(([, properties]) => having(properties));
    if (found.length !== 1) throw new Error(`${found.length} resources of ${type} where one was looked for`);
    return found[0]?.[1];
  }

  /** The names of the resources of a type, by logical id. */
  named(type: string, name: string): Record<string, string> {
    return Object.fromEntries(this.all(type).map(([id, properties]) => [id, properties[name]]));
  }
}

/** The logical id that a reference points at. */
export function target(reference: Properties): string {
  return reference?.Ref ?? reference?.['Fn::GetAtt']?.[0];
}

/** Synthesizes into `folder/out` with functions that have no code, which takes most of the time. */
export function synthesizeIn(
  folder: string,
  environment: Record<string, string>,
  place?: Place,
): Promise<Synthesized> {
  const bundles = emptyBundlesIn(folder);
  return synthesize(join(folder, 'out'), Settings.parse(environment), { place, bundles });
}

/** What is uploaded of each Lambda, without its code. */
export function emptyBundlesIn(folder: string): Bundle[] {
  const code = join(folder, 'code');
  mkdirSync(code);
  writeFileSync(join(code, 'index.mjs'), '');
  return lambdas.map(({ name }) => ({
    lambda: name,
    folder: code,
    coldBytes: 0,
    codeBytes: 0,
    bytes: 0,
  }));
}

export async function madeWith(environment: Record<string, string> = {}): Promise<Made> {
  const folder = mkdtempSync(join(tmpdir(), 'milkfloat-stack-'));
  try {
    const { assembly, stack } = await synthesizeIn(folder, environment);
    return new Made(assembly.getStackByName(stack.stackName).template);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
