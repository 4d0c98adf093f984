import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Queue, QueueEncryption, type QueueProps } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** A thing's name: after its stack, so that two stages can stand side by side in one account and region. */
export function nameIn(scope: Construct, part: string, separator = '-'): string {
  return `${Stack.of(scope).stackName}${separator}${part}`;
}

/** The name of what an account has once in all its regions, so that a dairy can stand in another region too. */
export function nameAcross(scope: Construct, part: string): string {
  return `${nameIn(scope, part)}-${Stack.of(scope).region}`;
}

/** Whether what people entrusted to the stack must outlive somebody's mistake: where it may not be deleted itself. */
export function isKept(scope: Construct): boolean {
  return Stack.of(scope).terminationProtection ?? false;
}

export function removalIn(scope: Construct): RemovalPolicy {
  return isKept(scope) ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}

/** The longest that SQS keeps a message: where somebody must come and look. */
export const LONGEST = Duration.days(14);

/** A queue with our name, encrypted at rest and on the way. */
export function queueIn(scope: Construct, name: string, props: QueueProps): Queue {
  return new Queue(scope, name, {
    queueName: nameIn(scope, name),
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    ...props,
  });
}
