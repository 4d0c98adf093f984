import { useTranslations } from 'use-intl';
import type en from './en.ts';

type Known = keyof typeof en.movements;

/** What a movement of a household's money was, in words for people. */
export function useMovementText(): (kind: string) => string {
  const t = useTranslations('movements');
  return (kind) => {
    const known = kind.replace(/^(PROMO|DISPUTE)_.*/, '$1');
    return t.has(known as Known) ? t(known as Known) : t('other');
  };
}
