import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { Button } from './Button.tsx';
import { Failure, Skeleton } from './States.tsx';

type Paged = Pick<
  UseInfiniteQueryResult<unknown>,
  'error' | 'refetch' | 'isPending' | 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'
>;

/** What stands where a list will be: bars before its first page, and why there is none (or no more) of it. */
export function Waiting({ pages, lines, className }: { pages: Paged; lines?: number; className?: string }) {
  if (pages.error) return <Failure error={pages.error} retry={() => void pages.refetch()} />;
  return pages.isPending ? <Skeleton lines={lines} className={className} /> : null;
}

/** Brings the next page of a list, where there is one. */
export function More({ pages, small = false }: { pages: Paged; small?: boolean }) {
  const t = useTranslations('kit');
  if (!pages.hasNextPage) return null;
  return (
    <Button
      className="no-print mt-3"
      size={small ? 'small' : 'normal'}
      wide={!small}
      busy={pages.isFetchingNextPage}
      onClick={() => void pages.fetchNextPage()}
    >
      {t('loadMore')}
    </Button>
  );
}
