import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * What Lambda's own runtime is to a handler: it loads the one that the function's settings name and hands it one event
 * after the other, as JSON. Only Node's own modules are imported: whatever else the handler needs it must bring.
 */
const { LAMBDA_TASK_ROOT = '', _HANDLER = '', AWS_LAMBDA_FUNCTION_NAME: functionName } = process.env;
const [file, name = ''] = _HANDLER.split('.');
const loaded = await import(pathToFileURL(join(LAMBDA_TASK_ROOT, `${file}.mjs`)).href);

/** An event as JSON, or the question what the process has for its environment. */
export type Order = { event: string } | 'environment';
/** An answer as JSON, or what Lambda tells of an error. */
export type Outcome = { answer: string } | { error: { errorType: string; errorMessage: string } };

process.on('message', (order: Order) => void obey(order).then((outcome) => process.send?.(outcome)));
// Whoever started us is gone.
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function obey(order: Order): Promise<Outcome> {
  if (order === 'environment') return { answer: JSON.stringify(process.env) };
  try {
    const context = { functionName, awsRequestId: crypto.randomUUID() };
    const answer = await loaded[name](JSON.parse(order.event), context);
    return { answer: JSON.stringify(answer) ?? 'null' };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    return { error: { errorType, errorMessage } };
  }
}
