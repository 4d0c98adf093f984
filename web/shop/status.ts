import { useTranslations } from 'use-intl';
import type en from './text/en.ts';

/** A status in words for people; one that has none of its own is a reason why something does not come. */
export function useStatusText(): (status: string) => string {
  const t = useTranslations('status');
  return (status) =>
    t.has(status as keyof typeof en.status) ? t(status as keyof typeof en.status) : t('other');
}
