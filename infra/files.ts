import { Duration, Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { Access } from './access.ts';
import { removalIn } from './names.ts';

/** Files by name: product pictures, proofs, reports. Nobody but our functions reads the bucket. */
export class Files extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(30),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: removalIn(this),
    });
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Every read and write is one of our functions, which logs its request itself.',
    });
  }

  /** Lets a role read, put and remove files of some folders, as its access says. */
  grant(role: Role, { readsFiles, putsFiles, removesFiles }: FileAccess): void {
    const deeds = [
      { action: 's3:GetObject', folders: readsFiles },
      { action: 's3:PutObject', folders: putsFiles },
      { action: 's3:DeleteObject', folders: removesFiles },
    ];
    for (const { action, folders } of deeds) {
      if (folders.length === 0) continue;
      const resources = folders.map((folder) => this.bucket.arnForObjects(`${folder}/*`));
      role.addToPolicy(new PolicyStatement({ actions: [action], resources }));
    }
    // Without the right to list, S3 answers 403 where nothing has a name.
    if (readsFiles.length > 0)
      role.addToPolicy(
        new PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
      );
    const bucket = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    for (const folder of new Set(deeds.flatMap(({ folders }) => folders))) {
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${bucket}.Arn>/${folder}/*]`,
        reason: 'The files of one folder have only their folder in common.',
      });
    }
  }
}

type FileAccess = Pick<Required<Access>, 'readsFiles' | 'putsFiles' | 'removesFiles'>;
