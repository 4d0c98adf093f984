import { useTranslations } from 'use-intl';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import type { Choice } from '../../kit/ui/Field.tsx';

export type Method = 'WALLET' | 'COD' | 'CARD' | 'UPI';

/** The ways to pay an amount: the balance where it suffices, cash, and what the dairy's provider takes. */
export function useMethods(available: number | undefined, amount: number): Choice<Method>[] {
  const t = useTranslations('basket');
  const { money } = useFormats();
  const { cards } = useDairy();
  const hint = cards.provider === 'SANDBOX' ? t('sandbox') : undefined;
  return [
    {
      value: 'WALLET',
      label: t('WALLET'),
      hint: available === undefined ? undefined : t('walletHas', { amount: money(available) }),
      disabled: (available ?? 0) < amount,
    },
    { value: 'COD', label: t('COD') },
    ...(cards.provider === 'NONE'
      ? []
      : [
          { value: 'CARD' as const, label: t('CARD'), hint },
          { value: 'UPI' as const, label: t('UPI'), hint },
        ]),
  ];
}
