import { join } from 'node:path';
import { type Emulator, installed, need, run, startService, versionOf } from './program.ts';

const source = join(import.meta.dirname, 'dynamodb');
const OLDEST_JAVA = 17;

/**
 * Starts Amazon's DynamoDB Local in memory, on a free port of loopback. Each access key has tables of its own there,
 * so that one process serves many worlds beside each other. Maven fetches it at the first start.
 */
export async function startDynamoDbLocal(options: { shardsLastMs?: number } = {}): Promise<Emulator> {
  need(hasJava, `A Java development kit (${OLDEST_JAVA} or later)`, ['default-jdk-headless']);
  const lib = installDynamoDbLocal();
  return startService('java', [
    `-Djava.library.path=${lib}`,
    '-Xmx3g',
    '-XX:+UseSerialGC',
    // A test run is too short for what the second compiler gains: it takes as much of the processor as all the rest.
    '-XX:TieredStopAtLevel=1',
    '-cp',
    join(lib, '*'),
    join(source, 'DynamoDbLocal.java'),
    ...(options.shardsLastMs ? [String(options.shardsLastMs)] : []),
  ]);
}

function installDynamoDbLocal(): string {
  const pom = join(source, 'pom.xml');
  return installed('dynamodb-local', pom, (folder) => {
    need(() => versionOf('mvn').includes('Apache Maven'), 'Maven', ['maven']);
    run('mvn', [
      'dependency:copy-dependencies',
      '--quiet',
      '--batch-mode',
      '--file',
      pom,
      '-DincludeScope=runtime',
      `-DoutputDirectory=${folder}`,
    ]);
  });
}

function hasJava(): boolean {
  return Number(/^javac (\d+)/.exec(versionOf('javac'))?.[1] ?? 0) >= OLDEST_JAVA;
}
