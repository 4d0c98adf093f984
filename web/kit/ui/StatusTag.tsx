import { useTranslations } from 'use-intl';
import type en from '../text/en.ts';
import { Tag, type Tone } from './Tag.tsx';

type Known = keyof typeof en.status;

/** A status in words for people; one that has none of its own is a reason why something does not come. */
export function useStatusText(): (status: string) => string {
  const t = useTranslations('status');
  return (status) => (t.has(status as Known) ? t(status as Known) : t('other'));
}

const tones: Partial<Record<string, Tone>> = {
  DELIVERED: 'good',
  SUCCESS: 'good',
  DONE: 'good',
  ACTIVE: 'good',
  CREDITED: 'good',
  FAILED: 'bad',
  CANCELLED: 'bad',
  RETURNED: 'bad',
  OPEN: 'warn',
  CREATED: 'warn',
  PENDING: 'warn',
  SHORT: 'warn',
  PAUSED: 'warn',
};

/** How something stands, in a word and a colour. */
export function StatusTag({ status }: { status: string }) {
  const text = useStatusText();
  return <Tag tone={tones[status] ?? 'plain'}>{text(status)}</Tag>;
}
