import {
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { useRef } from 'react';
import { ask, askPage, type DoorName, type Input, type Output, Refusal } from './client.ts';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (count, error) => error instanceof Refusal && error.passes && count < 2,
      },
    },
  });
}

interface ReadOptions<A = unknown> {
  /** Not asked before this is true. */
  when?: boolean;
  /** Asked again after so many milliseconds, while the page is looked at. */
  everyMs?: number | ((answer: A | undefined) => number | false);
  /** While other input is asked for, the last answer stays. */
  keep?: boolean;
  staleMs?: number;
}

/** Reads a door; the same door and input are asked once for all that look at them. */
export function useDoor<N extends DoorName>(name: N, input: Input<N>, options: ReadOptions<Output<N>> = {}) {
  const { everyMs } = options;
  return useQuery<Output<N>, Refusal>({
    queryKey: [name, input],
    queryFn: ({ signal }) => ask(name, input, { signal }),
    enabled: options.when ?? true,
    refetchInterval: typeof everyMs === 'function' ? ({ state }) => everyMs(state.data) : (everyMs ?? false),
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
    placeholderData: options.keep ? (keepPreviousData as never) : undefined,
  });
}

/** Reads a door once for each of several inputs; the answers come together. */
export function useDoorEach<N extends DoorName>(name: N, inputs: readonly Input<N>[]) {
  return useQuery<Output<N>[], Refusal>({
    queryKey: [name, inputs],
    queryFn: ({ signal }) => Promise.all(inputs.map((input) => ask(name, input, { signal }))),
    placeholderData: keepPreviousData as never,
  });
}

type Row<N extends DoorName> = Output<N> extends readonly (infer R)[] ? R : never;

/** Reads a list to its end: for what one chooses from. */
export function useDoorAll<N extends DoorName>(
  name: N,
  input: Input<N>,
  options: { when?: boolean; staleMs?: number } = {},
) {
  return useQuery<Row<N>[], Refusal>({
    queryKey: [name, input, 'all'],
    queryFn: async ({ signal }) => {
      const all: Row<N>[] = [];
      for (let cursor: string | undefined, isOver = false; !isOver; isOver = cursor === undefined) {
        const page = await askPage(name, { ...(input as object), cursor } as Input<N>, { signal });
        all.push(...(page.rows as Row<N>[]));
        cursor = page.cursor;
      }
      return all;
    },
    enabled: options.when ?? true,
    ...(options.staleMs === undefined ? {} : { staleTime: options.staleMs }),
  });
}

/** Reads a list page by page. */
export function useDoorPages<N extends DoorName>(
  name: N,
  input: Input<N>,
  options: { when?: boolean; everyMs?: number; keep?: boolean } = {},
) {
  return useInfiniteQuery({
    queryKey: [name, input, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      askPage(name, { ...(input as object), cursor: pageParam } as Input<N>, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.cursor,
    enabled: options.when ?? true,
    refetchInterval: options.everyMs ?? false,
    placeholderData: options.keep ? (keepPreviousData as never) : undefined,
  });
}

interface Attempt<I> {
  input: I;
  idempotencyKey: string;
}

/**
 * Changes something by a door. Sent again after an answer that was lost, it has the same idempotency key, so that it
 * has one effect. What was read of the doors named in `stale` is asked again afterwards.
 */
export function useChange<N extends DoorName>(name: N, { stale = [] }: { stale?: readonly DoorName[] } = {}) {
  const client = useQueryClient();
  const mutation = useMutation<Output<N>, Refusal, Attempt<Input<N>>>({
    mutationFn: ({ input, idempotencyKey }) => ask(name, input, { idempotencyKey }),
    retry: (count, error) => error.passes && error.status !== 429 && count < 2,
    retryDelay: (count) => 400 * 2 ** count,
    networkMode: 'always',
    onSettled: () => forget(client, stale),
  });
  const last = useRef<{ text: string; idempotencyKey: string }>(undefined);
  const attemptOf = (input: Input<N>): Attempt<Input<N>> => {
    const text = JSON.stringify(input);
    // Whether the last try had its effect is not known when its answer was lost: the same again is that try again.
    const isSame = mutation.error?.passes && last.current?.text === text;
    const idempotencyKey = isSame && last.current ? last.current.idempotencyKey : crypto.randomUUID();
    last.current = { text, idempotencyKey };
    return { input, idempotencyKey };
  };
  return {
    change: (
      input: Input<N>,
      on: { done?: (answer: Output<N>) => void; refused?: (why: Refusal) => void } = {},
    ) => mutation.mutate(attemptOf(input), { onSuccess: on.done, onError: on.refused }),
    changeNow: (input: Input<N>) => mutation.mutateAsync(attemptOf(input)),
    busy: mutation.isPending,
    refusal: mutation.error ?? undefined,
    answer: mutation.data,
    reset: mutation.reset,
  };
}

/** What was read of some doors is asked again. */
export function forget(client: QueryClient, names: readonly DoorName[]): void {
  void client.invalidateQueries({ predicate: ({ queryKey }) => names.includes(queryKey[0] as DoorName) });
}
