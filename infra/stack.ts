import { CfnOutput, Stack, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { LambdaParts } from '../shared/lambda.ts';
import { Api } from './api.ts';
import type { Bundle } from './bundle.ts';
import { Data, type TableRequest } from './data.ts';
import type { Place } from './deployed.ts';
import { Events } from './events.ts';
import { Files } from './files.ts';
import { Functions } from './functions.ts';
import { Identity } from './identity.ts';
import { Mail } from './mail.ts';
import { Operations } from './operations.ts';
import { Schedules } from './schedules.ts';
import { type Settings, stackNameOf } from './settings.ts';
import { Web } from './web.ts';

/** What the stack is made from: the declarations that run at home, and their bundles. */
export interface Sources {
  tables: readonly TableRequest[];
  lambdas: readonly LambdaParts[];
  bundles: readonly Bundle[];
  settings: Settings;
  /** Where it goes, when that is known: CDK then refuses to deploy it anywhere else. */
  place?: Place;
}

/** One dairy in one account and region; a stage for trying things out can stand beside it. */
export class MilkfloatStack extends Stack {
  constructor(scope: Construct, id: string, { tables, lambdas, bundles, settings, place }: Sources) {
    super(scope, id, {
      env: place,
      stackName: stackNameOf(settings),
      description: 'Milkfloat: a doorstep dairy',
      terminationProtection: settings.STAGE === 'prod',
      analyticsReporting: false,
    });
    const data = new Data(this, 'Data', tables);
    const files = new Files(this, 'Files');
    const identity = new Identity(this, 'Identity');
    const mail = new Mail(this, 'Mail', settings);
    const functions = new Functions(this, 'Functions', bundles, { data, files, identity, mail, settings });
    const api = new Api(this, 'Api', { lambdas, functions, identity });
    const web = new Web(this, 'Web', { lambdas, api, edgeSecret: functions.edgeSecret, settings });
    functions.tellUrl(web.url);
    const events = new Events(this, 'Events', { stream: data.streamOf('Outbox'), functions });
    mail.report(events);
    new Schedules(this, 'Schedules', functions);
    new Operations(this, 'Operations', { functions, api, events, mail, web, settings });
    Tags.of(this).add('dairy', this.stackName);
    new CfnOutput(this, 'Edge', { value: web.edge, description: 'Where a domain of one’s own leads' });
    new CfnOutput(this, 'Pages', { value: web.url, description: 'Where people reach the dairy' });
    new CfnOutput(this, 'PagesBucket', { value: web.bucket.bucketName, description: 'Where their files go' });
    new CfnOutput(this, 'FilesBucket', {
      value: files.bucket.bucketName,
      description: 'Where its files lie',
    });
    new CfnOutput(this, 'Url', { value: api.url, description: 'Where the API answers' });
  }
}
