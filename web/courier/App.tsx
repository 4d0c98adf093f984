import { CalendarCheck, CircleUserRound, MapPinned, Send } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { Route, Switch } from 'wouter';
import { useSession } from '../kit/api/session.ts';
import { useFormats } from '../kit/formats.ts';
import { Button } from '../kit/ui/Button.tsx';
import { NotFound } from '../kit/ui/NotFound.tsx';
import { PageHead, Shell } from '../kit/ui/Shell.tsx';
import { SignInForm } from '../kit/ui/SignIn.tsx';
import { Account } from './pages/Account.tsx';
import { DayEnd } from './pages/DayEnd.tsx';
import { NotDelivered } from './pages/NotDelivered.tsx';
import { StopPage } from './pages/StopPage.tsx';
import { Stops } from './pages/Stops.tsx';
import { Unsent } from './pages/Unsent.tsx';
import { refresh } from './phone/refresh.ts';
import { wakeNow } from './phone/sender.ts';
import { ownerOf, takePhone, usePhone } from './phone/store.ts';
import { useUpdate } from './phone/updates.ts';
import { unsentOf } from './rules/outbox.ts';

/** So often the stops are asked for again while one looks at them. */
const LOOK_MS = 60_000;

/** The couriers' door: their stops and what they did at them, with signal or without. */
export function App() {
  const session = useSession();
  const phone = usePhone();
  const { today } = useFormats();
  const userId = session?.userId;
  useEffect(() => {
    if (!userId) return;
    const look = () => {
      if (document.visibilityState === 'visible' && navigator.onLine) void refresh(today());
    };
    void takePhone(userId).then(() => {
      wakeNow();
      look();
    });
    const timer = setInterval(look, LOOK_MS);
    addEventListener('online', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      clearInterval(timer);
      removeEventListener('online', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [userId, today]);
  if (!phone.isRead) return null;
  return session || ownerOf() ? <Round /> : <Entrance />;
}

function Entrance() {
  const t = useTranslations('courier');
  const words = useTranslations('signIn');
  const { othersUnsent } = usePhone();
  return (
    <Shell places={[]}>
      <div className="card mx-auto mt-4 grid max-w-md gap-4 p-6">
        <PageHead title={words('title')} />
        <p className="text-soft">{t('couriersOnly')}</p>
        {othersUnsent > 0 && (
          <p className="rounded-xl bg-butter-wash px-4 py-3 font-semibold">
            {t('othersUnsent', { count: othersUnsent })}
          </p>
        )}
        <SignInForm roles={['courier']} />
      </div>
    </Shell>
  );
}

function Round() {
  const t = useTranslations('courier');
  const { actions } = usePhone();
  return (
    <Shell
      offline={t('offline')}
      places={[
        { to: '/', label: t('nav.stops'), icon: <MapPinned aria-hidden="true" /> },
        {
          to: '/unsent',
          label: t('nav.unsent'),
          icon: <Send aria-hidden="true" />,
          count: unsentOf(actions).length,
        },
        { to: '/day', label: t('nav.day'), icon: <CalendarCheck aria-hidden="true" /> },
        { to: '/account', label: t('nav.account'), icon: <CircleUserRound aria-hidden="true" /> },
      ]}
    >
      <div className="mx-auto max-w-2xl">
        <Notices />
        <Switch>
          <Route path="/">
            <Stops />
          </Route>
          <Route path="/stop/:deliveryId">{({ deliveryId }) => <StopPage deliveryId={deliveryId} />}</Route>
          <Route path="/stop/:deliveryId/failed">
            {({ deliveryId }) => <NotDelivered deliveryId={deliveryId} />}
          </Route>
          <Route path="/unsent">
            <Unsent />
          </Route>
          <Route path="/day">
            <DayEnd />
          </Route>
          <Route path="/account">
            <Account />
          </Route>
          <Route>
            <NotFound />
          </Route>
        </Switch>
      </div>
    </Shell>
  );
}

/** What concerns the whole door: a newer release, a session that has ended. */
function Notices() {
  const t = useTranslations('courier');
  const session = useSession();
  const update = useUpdate();
  return (
    <>
      {update && (
        <div
          role="status"
          className="mb-3 flex items-center justify-between gap-3 rounded-xl bg-float-wash px-4 py-2"
        >
          <span className="font-semibold">{t('update')}</span>
          <Button kind="primary" onClick={update}>
            {t('updateNow')}
          </Button>
        </div>
      )}
      {!session && (
        <section className="card mb-4 grid gap-3 p-4" aria-label={t('sessionOver')}>
          <p className="font-semibold">{t('sessionOver')}</p>
          <p className="text-soft">{t('sessionOverText')}</p>
          <SignInForm roles={['courier']} />
        </section>
      )}
    </>
  );
}
