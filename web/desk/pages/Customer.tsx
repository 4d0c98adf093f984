import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Card, Figure } from '../../kit/ui/Figures.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { CustomerBooks } from '../customers/Books.tsx';
import { CustomerMoney, type MoneyDeed } from '../customers/MoneyForms.tsx';
import { NewOrder } from '../customers/NewOrder.tsx';
import { CustomerOrders } from '../customers/Orders.tsx';
import { ProfileForm } from '../customers/ProfileForm.tsx';
import { Standing } from '../customers/Standing.tsx';
import { Subscribe } from '../customers/Subscribe.tsx';

type Doing = MoneyDeed | 'ORDER' | 'SUBSCRIBE' | 'PROFILE';
const moneyDeeds: readonly MoneyDeed[] = ['TOP_UP', 'PROMO', 'ACCOUNT', 'WRITE_OFF'];

/** One household: who it is, what comes, what it ordered, and its money to the paisa. */
export default function Customer({ userId }: { userId: string }) {
  const t = useTranslations('customer');
  const { money } = useFormats();
  const profile = useDoor('GET /user/profile', { userId });
  const wallet = useDoor('GET /payment/wallet', { userId });
  const [doing, setDoing] = useState<Doing>();
  const close = () => setDoing(undefined);
  return (
    <Await query={profile}>
      {(who) => (
        <>
          <PageHead title={who.name ?? userId}>
            <Button kind="primary" onClick={() => setDoing('ORDER')}>
              {t('order')}
            </Button>
            <Button onClick={() => setDoing('SUBSCRIBE')}>{t('subscribe')}</Button>
            <Button onClick={() => setDoing('TOP_UP')}>{t('deeds.TOP_UP')}</Button>
          </PageHead>
          <Await query={wallet}>
            {(is) => (
              <div className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-5">
                <Figure label={t('available')} value={money(is.available)} bad={is.available < 0} />
                <Figure label={t('deferred')} value={money(is.deferred)} />
                <Figure label={t('owed')} value={money(is.owed)} bad={is.owed > 0} />
                <Figure label={t('deposits')} value={money(is.deposits)} />
                <Figure label={t('promo')} value={money(is.promo)} />
              </div>
            )}
          </Await>
          <div className="wall">
            <Card
              title={t('who')}
              aside={
                <Button size="small" onClick={() => setDoing('PROFILE')}>
                  {t('change')}
                </Button>
              }
            >
              <dl className="grid gap-1">
                <Line label={t('phone')} value={who.phone && <a href={`tel:${who.phone}`}>{who.phone}</a>} />
                <Line
                  label={t('email')}
                  value={who.email && <a href={`mailto:${who.email}`}>{who.email}</a>}
                />
                {who.mailStopped && (
                  <dd className="font-semibold text-berry">{t(`mailStopped.${who.mailStopped.why}`)}</dd>
                )}
                <Line
                  label={t('address')}
                  value={[who.address?.line1, who.address?.line2, who.address?.city, who.address?.pincode]
                    .filter(Boolean)
                    .join(', ')}
                />
                <Line label={t('note')} value={who.address?.note} />
                <Line label={t('number')} value={userId} />
              </dl>
              <p className="flex flex-wrap gap-2 pt-2">
                {moneyDeeds.slice(1).map((deed) => (
                  <Button key={deed} size="small" onClick={() => setDoing(deed)}>
                    {t(`deeds.${deed}`)}
                  </Button>
                ))}
              </p>
            </Card>
            <Standing userId={userId} />
            <CustomerOrders userId={userId} />
            <CustomerBooks userId={userId} />
          </div>
          <Sheet title={t('order')} open={doing === 'ORDER'} onClose={close} wide>
            <NewOrder userId={userId} address={who.address ?? undefined} done={close} />
          </Sheet>
          <Sheet title={t('subscribe')} open={doing === 'SUBSCRIBE'} onClose={close} wide>
            <Subscribe userId={userId} address={who.address ?? undefined} done={close} />
          </Sheet>
          <Sheet title={t('change')} open={doing === 'PROFILE'} onClose={close} wide>
            <ProfileForm profile={who} userId={userId} done={close} />
          </Sheet>
          {moneyDeeds.map((deed) => (
            <Sheet key={deed} title={t(`deeds.${deed}`)} open={doing === deed} onClose={close}>
              <CustomerMoney userId={userId} deed={deed} done={close} />
            </Sheet>
          ))}
        </>
      )}
    </Await>
  );
}

function Line({ label, value }: { label: string; value: ReactNode }) {
  if (!value) return null;
  return (
    <div className="flex flex-wrap justify-between gap-x-4">
      <dt className="text-soft">{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
