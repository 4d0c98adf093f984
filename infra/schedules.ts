import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, ScheduleExpression, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { timers } from '../shared/events/timers.ts';
import type { Functions } from './functions.ts';
import { nameIn } from './names.ts';

/** EventBridge Scheduler's finest pace: a timer that is quicker at home starts with the minute there. */
const LEAST_SECONDS = 60;

/** Work of the clock: one schedule for each timer, handing its Lambda what runtime/timers.ts does at home. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, functions: Functions) {
    super(scope, id);
    const group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: nameIn(this, 'timers'),
      // Nothing is entrusted to it, and a group that stays would have the name that the next stack wants.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const lambdas = [...new Set(timers.map(({ lambda }) => lambda))];
    const role = new Role(this, 'Role', {
      description: "Starts Milkfloat's timers",
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com'),
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: lambdas.map((lambda) => functions.of(lambda).functionArn),
            }),
            new PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: [functions.failedWork.queueArn],
            }),
          ],
        }),
      },
    });
    for (const { lambda, timer, everySeconds } of timers) {
      new CfnSchedule(this, timer, {
        name: timer,
        groupName: group.scheduleGroupName,
        scheduleExpression: ScheduleExpression.rate(Duration.seconds(Math.max(LEAST_SECONDS, everySeconds)))
          .expressionString,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: functions.of(lambda).functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({
            source: 'milkfloat.timer',
            'detail-type': 'Scheduled Event',
            detail: { timer },
          }),
          // A tick that could not be handed over is only kept to be seen: the next one does its work.
          retryPolicy: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: 60 },
          deadLetterConfig: { arn: functions.failedWork.queueArn },
        },
      });
    }
  }
}
