import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { LambdaParts } from '../shared/lambda.ts';
import { Api } from './api.ts';
import type { Bundle } from './bundle.ts';
import { Data, type TableRequest } from './data.ts';
import { Events } from './events.ts';
import { Files } from './files.ts';
import { Functions } from './functions.ts';
import { Identity } from './identity.ts';
import { Schedules } from './schedules.ts';
import type { Settings } from './settings.ts';
import { Web } from './web.ts';

/** What the stack is made from: the declarations that run at home, and their bundles. */
export interface Sources {
  tables: readonly TableRequest[];
  lambdas: readonly LambdaParts[];
  bundles: readonly Bundle[];
  settings: Settings;
}

/** One dairy in one account and region. */
export class MilkfloatStack extends Stack {
  constructor(scope: Construct, id: string, { tables, lambdas, bundles, settings }: Sources) {
    super(scope, id, {
      description: 'Milkfloat: a doorstep dairy',
      terminationProtection: true,
      analyticsReporting: false,
    });
    const data = new Data(this, 'Data', tables);
    const files = new Files(this, 'Files');
    const identity = new Identity(this, 'Identity');
    const functions = new Functions(this, 'Functions', bundles, { data, files, identity, settings });
    const api = new Api(this, 'Api', { lambdas, functions, identity });
    functions.tellUrl(settings.PUBLIC_URL ?? api.url);
    new Events(this, 'Events', { stream: data.streamOf('Outbox'), functions });
    new Schedules(this, 'Schedules', functions);
    const web = new Web(this, 'Web', { lambdas, api, settings });
    new CfnOutput(this, 'Pages', { value: web.url, description: 'Where people reach the dairy' });
    new CfnOutput(this, 'PagesBucket', { value: web.bucket.bucketName, description: 'Where their files go' });
    new CfnOutput(this, 'Url', { value: api.url, description: 'Where the API answers' });
  }
}
