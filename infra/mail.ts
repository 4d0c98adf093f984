import { Duration, Stack } from 'aws-cdk-lib';
import { EventBus, EventField, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  ConfigurationSet,
  EmailSendingEvent,
  EventDestination,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Construct } from 'constructs';
import type { Events } from './events.ts';
import { nameIn } from './names.ts';
import { type Settings, senderOf } from './settings.ts';

/** How SES tells that an address takes no mail, by why it is so. */
const refusals = {
  BOUNCED: { 'detail-type': ['Email Bounced'], bounce: { bounceType: ['Permanent'] } },
  COMPLAINED: { 'detail-type': ['Email Complaint Received'] },
} as const;

/** Mail by SES: what bounces and what people complain of comes back as an event of the dairy's. */
export class Mail extends Construct {
  /** The name that every mail is sent under, so that SES tells of its end. */
  readonly configuration: string;
  readonly #settings: Settings;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    this.#settings = settings;
    const made = new ConfigurationSet(this, 'Configuration', {
      configurationSetName: nameIn(this, 'mail'),
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
    });
    made.addEventDestination('Refusals', {
      // SES speaks to no other bus than the account's own.
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'Account', 'default')),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT],
    });
    this.configuration = nameIn(this, 'mail');
  }

  /** SES asks about the address when it was verified by itself, else about its domain; and about the configuration. */
  permitSending(): PolicyStatement {
    const { address, domain } = senderOf(this.#settings);
    const arn = (resource: string, resourceName: string) =>
      Stack.of(this).formatArn({ service: 'ses', resource, resourceName });
    return new PolicyStatement({
      actions: ['ses:SendEmail'],
      resources: [
        arn('identity', domain),
        arn('identity', address),
        arn('configuration-set', this.configuration),
      ],
    });
  }

  /** Leads what SES tells to the queue of whoever keeps people's addresses. */
  report({ queueOf, undelivered }: Pick<Events, 'queueOf' | 'undelivered'>): void {
    for (const [why, { 'detail-type': detailType, ...detail }] of Object.entries(refusals)) {
      new Rule(this, why, {
        ruleName: nameIn(this, `mail-${why.toLowerCase()}`),
        description: `Mails that SES tells us ${why.toLowerCase()}`,
        eventPattern: {
          source: ['aws.ses'],
          detailType: [...detailType],
          detail: { ...detail, mail: { tags: { 'ses:configuration-set': [this.configuration] } } },
        },
        targets: [
          new SqsQueue(queueOf('user'), {
            message: RuleTargetInput.fromObject(refusedEvent(why)),
            deadLetterQueue: undelivered,
            maxEventAge: Duration.hours(6),
          }),
        ],
      });
    }
  }
}

/** The event MAIL_REFUSED, as the outbox tells it at home; the tag is of adapters/aws/mailer.ts. */
function refusedEvent(why: string) {
  const notificationId = EventField.fromPath('$.detail.mail.tags.notificationId[0]');
  return {
    eventId: `E${EventField.eventId}`,
    eventType: 'MAIL_REFUSED',
    schema: 1,
    entityId: notificationId,
    entityVersion: 1,
    timestamp: EventField.time,
    notificationId,
    why,
  };
}
