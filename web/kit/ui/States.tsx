import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Refusal } from '../api/client.ts';
import { useRefusalText } from '../text/refusals.ts';
import { Bottle } from './Bottle.tsx';
import { Button } from './Button.tsx';

/** Where something will be: a bar, or several under each other. */
export function Skeleton({ lines = 3, className = 'h-5' }: { lines?: number; className?: string }) {
  const t = useTranslations('kit');
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{t('loading')}</span>
      {Array.from({ length: lines }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars without a name, never moved
        <div key={i} className={`shimmer rounded-xl ${className}`} />
      ))}
    </div>
  );
}

/** Nothing is there yet, and what one can do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="grid justify-items-center gap-3 px-4 py-10 text-center">
      <Bottle level={0.08} cap="silver" className="h-24" />
      <h2 className="text-xl">{title}</h2>
      {children && <div className="grid max-w-prose justify-items-center gap-3 text-soft">{children}</div>}
    </div>
  );
}

/** Why something could not be shown or done, in words for people. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useTranslations('kit');
  const text = useRefusalText();
  return (
    <div
      role="alert"
      className="grid justify-items-start gap-2 rounded-xl bg-berry-wash px-4 py-3 text-berry"
    >
      <p className="font-semibold">{text(error)}</p>
      {error instanceof Refusal && error.requestId && error.status >= 500 && (
        <p className="text-sm">{t('requestId', { id: error.requestId })}</p>
      )}
      {retry && (
        <Button size="small" onClick={retry}>
          {t('tryAgain')}
        </Button>
      )}
    </div>
  );
}

/** What a door answers, once it does: bars before that, why not when it refuses. */
export function Await<T>({
  query,
  children,
  loading = <Skeleton />,
}: {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch' | 'isPending'>;
  children: (answer: T) => ReactNode;
  loading?: ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return loading;
}
