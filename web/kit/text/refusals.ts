import { useTranslations } from 'use-intl';
import { Refusal } from '../api/client.ts';
import type en from './en.ts';

type Known = keyof typeof en.refusal;

/** Puts a refusal into words for people. */
export function useRefusalText(): (error: unknown) => string {
  const t = useTranslations('refusal');
  return (error) => {
    if (!(error instanceof Refusal)) return t('INTERNAL');
    const detail = error.errors[0] ? `${error.message} ${error.errors[0].detail}` : error.message;
    return t.has(error.code as Known) ? t(error.code as Known, { detail }) : t('other', { detail });
  };
}

/** What is wrong with one field, by its place in the body (`/email`). */
export function wrongAt(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof Refusal)) return undefined;
  return error.errors.find((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))?.detail;
}
