import type { Stripe, StripeElements } from '@stripe/stripe-js';
import { loadStripe } from '@stripe/stripe-js/pure';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { useLanguage } from '../../kit/text/Words.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { Skeleton } from '../../kit/ui/States.tsx';

// One for all that pay on this page; Stripe's script is fetched when the first of them does.
let asked: Promise<Stripe | null> | undefined;

/** Stripe's own form, in a frame of Stripe's: what is typed into it does not pass through this page or the dairy. */
export default function CardForm({
  clientSecret,
  amount,
  done,
  cancel,
}: {
  /** Of the charge that the dairy has begun. */
  clientSecret: string;
  amount: number;
  done: () => void;
  cancel: () => void;
}) {
  const t = useTranslations('money');
  const kit = useTranslations('kit');
  const { money } = useFormats();
  const { language } = useLanguage();
  const { publishableKey = '' } = useDairy().cards;
  const box = useRef<HTMLDivElement>(null);
  const [form, setForm] = useState<{ stripe: Stripe; elements: StripeElements }>();
  const [wrong, setWrong] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let isOver = false;
    let unmount = () => {};
    const failed = () => {
      asked = undefined;
      if (!isOver) setWrong(t('noStripe'));
    };
    asked ??= loadStripe(publishableKey);
    asked.then((stripe) => {
      if (isOver || !stripe || !box.current) return;
      const isDark = document.documentElement.dataset.theme === 'dark';
      const elements = stripe.elements({
        clientSecret,
        locale: language === 'hi' ? 'auto' : 'en',
        appearance: { theme: isDark ? 'night' : 'stripe' },
      });
      const element = elements.create('payment');
      element.mount(box.current);
      unmount = () => element.destroy();
      setForm({ stripe, elements });
    }, failed);
    return () => {
      isOver = true;
      unmount();
    };
  }, [clientSecret, publishableKey, language, t]);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!form || busy) return;
    setBusy(true);
    setWrong(undefined);
    const { error } = await form.stripe.confirmPayment({
      elements: form.elements,
      // A bank that wants the household on its own page sends it back here.
      confirmParams: { return_url: location.href },
      redirect: 'if_required',
    });
    setBusy(false);
    if (error) setWrong(error.message ?? t('declined'));
    else done();
  };
  return (
    <form onSubmit={(event) => void submit(event)} className="grid gap-4 border-t border-line pt-4">
      {!form && !wrong && <Skeleton lines={3} className="h-12" />}
      <div ref={box} />
      {wrong && (
        <p role="alert" className="rounded-xl bg-berry-wash px-4 py-3 font-semibold text-berry">
          {wrong}
        </p>
      )}
      <Button kind="primary" size="large" type="submit" wide busy={busy} disabled={!form}>
        {t('payNow', { amount: money(amount) })}
      </Button>
      <Button onClick={cancel}>{kit('cancel')}</Button>
    </form>
  );
}
