import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { LinkButton } from '../../kit/ui/Button.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { AutoTopUp } from '../money/AutoTopUp.tsx';
import { Movements } from '../money/Movements.tsx';
import { TopUp } from '../money/TopUp.tsx';
import { Withdraw } from '../money/Withdraw.tsx';

/** The prepaid balance: what is there, what is set aside, what moved; and the ways in and out. */
export default function Money() {
  const t = useTranslations('money');
  const { money } = useFormats();
  const { cards, withdrawals } = useDairy();
  const wallet = useDoor('GET /payment/wallet', {}, { staleMs: 0, everyMs: 20_000 });
  return (
    <>
      <PageHead title={t('title')}>
        <LinkButton to="/statement">{t('statement')}</LinkButton>
      </PageHead>
      <div className="grid items-start gap-5 lg:grid-cols-2">
        <div className="grid gap-5">
          <Await query={wallet}>
            {({ available, deferred, owed, deposits, promo }) => (
              <>
                <section className="card grid gap-4 p-5">
                  <p>
                    <span className="figures block font-display text-5xl font-extrabold text-float">
                      {money(available)}
                    </span>
                    <span className="text-soft">{t('available')}</span>
                  </p>
                  <dl className="grid gap-1">
                    <Figure label={t('deferred')} amount={money(deferred)} />
                    {deposits > 0 && <Figure label={t('deposits')} amount={money(deposits)} />}
                    {promo > 0 && <Figure label={t('promo')} amount={money(promo)} />}
                  </dl>
                  {owed > 0 && (
                    <p className="font-semibold text-berry">{t('owed', { amount: money(owed) })}</p>
                  )}
                  {cards.provider === 'NONE' ? <p>{t('atTheDairy')}</p> : <TopUp />}
                </section>
                {cards.provider !== 'NONE' && <AutoTopUp />}
                {withdrawals && available > 0 && <Withdraw available={available} />}
              </>
            )}
          </Await>
        </div>
        <Movements />
      </div>
    </>
  );
}

function Figure({ label, amount }: { label: string; amount: string }) {
  return (
    <div className="flex justify-between gap-4">
      <dt className="text-soft">{label}</dt>
      <dd className="figures whitespace-nowrap font-semibold">{amount}</dd>
    </div>
  );
}
