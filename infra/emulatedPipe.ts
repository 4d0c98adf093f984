import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import jsonata from 'jsonata';
import type { Wire } from '../shared/data/wire.ts';
import type { Deployed } from './deployed.ts';
import type { Emulated } from './emulated.ts';

const STREAMS = 'DynamoDBStreams_20120810';

/**
 * The pipe, which moto only notes down: from the stream of the outbox by the template's filter, batch and expression to
 * its bus. Each call carries what is new, and answers how many events that were.
 */
export function emulatePipe(
  deployed: Deployed,
  { wire, table, aws }: { wire: Wire; table: string; aws: Emulated },
): () => Promise<number> {
  const { SourceParameters, TargetParameters, Target } = deployed.made.one('AWS::Pipes::Pipe');
  const [filter] = SourceParameters.FilterCriteria.Filters;
  const wanted: string[] = JSON.parse(filter.Pattern).eventName;
  const { BatchSize } = SourceParameters.DynamoDBStreamParameters;
  const { Source } = TargetParameters.EventBridgeEventBusParameters;
  const EventBusName = deployed.textOf({ Ref: Target['Fn::GetAtt'][0] });
  const plain = jsonata(expressionOf(deployed));
  const readNew = streamOf(wire, table);

  return async () => {
    const records = (await readNew()).filter(({ eventName }) => wanted.includes(eventName));
    for (let i = 0; i < records.length; i += BatchSize) {
      const bindings = { states: { input: records.slice(i, i + BatchSize) }, parse: JSON.parse };
      const events: { eventType: string }[] = await plain.evaluate(undefined, bindings);
      const Entries = events.map((event) => ({
        Source,
        DetailType: event.eventType,
        Detail: JSON.stringify(event),
        EventBusName,
      }));
      const { FailedEntryCount } = await aws.bus.send(new PutEventsCommand({ Entries }));
      if (FailedEntryCount !== 0) throw new Error(`the bus refused ${FailedEntryCount} events`);
    }
    await aws.throughTopics();
    return records.length;
  };
}

/** The one expression of the workflow that the pipe asks, without the braces of Step Functions. */
function expressionOf(deployed: Deployed): string {
  const { DefinitionString } = deployed.made.one('AWS::StepFunctions::StateMachine');
  const [state] = Object.values(JSON.parse(deployed.textOf(DefinitionString)).States) as { Output: string }[];
  const [, expression] = /^\{%([\s\S]+)%\}$/.exec(state?.Output ?? '') ?? [];
  if (!expression) throw new Error('the workflow of the pipe is no single expression');
  return expression;
}

/** Reads what a table's stream has that was not read yet. */
function streamOf(wire: Wire, TableName: string): () => Promise<{ eventName: string }[]> {
  let iterator: string | undefined;

  async function beginning(): Promise<string> {
    const { Table } = await wire.call<{ Table: { LatestStreamArn: string } }>('DescribeTable', { TableName });
    const StreamArn = Table.LatestStreamArn;
    const { StreamDescription } = await wire.call<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      'DescribeStream',
      { StreamArn },
      STREAMS,
    );
    const ShardId = StreamDescription.Shards[0]?.ShardId;
    const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
    return (await wire.call<{ ShardIterator: string }>('GetShardIterator', from, STREAMS)).ShardIterator;
  }

  return async () => {
    iterator ??= await beginning();
    const answer = await wire.call<{ Records: { eventName: string }[]; NextShardIterator: string }>(
      'GetRecords',
      { ShardIterator: iterator },
      STREAMS,
    );
    iterator = answer.NextShardIterator;
    return answer.Records;
  };
}
