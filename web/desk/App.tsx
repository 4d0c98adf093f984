import { useQueryClient } from '@tanstack/react-query';
import {
  ChartColumn,
  ClipboardList,
  Settings as Cog,
  HandCoins,
  House,
  MessageCircleWarning,
  Milk,
  PackageCheck,
  ScrollText,
  Truck,
  UserCog,
  Users,
  Warehouse,
} from 'lucide-react';
import { type ComponentType, lazy, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Route, Switch } from 'wouter';
import { useDoor } from '../kit/api/hooks.ts';
import { useSession } from '../kit/api/session.ts';
import { signOut } from '../kit/api/signOut.ts';
import { Button } from '../kit/ui/Button.tsx';
import { NotFound } from '../kit/ui/NotFound.tsx';
import { PageHead, Shell } from '../kit/ui/Shell.tsx';
import { SignInForm } from '../kit/ui/SignIn.tsx';
import { LOOK_MS } from './look.ts';

const Today = lazy(() => import('./pages/Today.tsx'));
const Orders = lazy(() => import('./pages/Orders.tsx'));
const OrderPage = lazy(() => import('./pages/OrderPage.tsx'));
const Demand = lazy(() => import('./pages/Demand.tsx'));
const Pack = lazy(() => import('./pages/Pack.tsx'));
const Rounds = lazy(() => import('./pages/Rounds.tsx'));
const Goods = lazy(() => import('./pages/Goods.tsx'));
const Customers = lazy(() => import('./pages/Customers.tsx'));
const Customer = lazy(() => import('./pages/Customer.tsx'));
const Complaints = lazy(() => import('./pages/Complaints.tsx'));
const Till = lazy(() => import('./pages/Till.tsx'));
const Reports = lazy(() => import('./pages/Reports.tsx'));
const Team = lazy(() => import('./pages/Team.tsx'));
const Events = lazy(() => import('./pages/Events.tsx'));
const Settings = lazy(() => import('./pages/Settings.tsx'));

const pages: Record<string, ComponentType> = {
  '/': Today,
  '/orders': Orders,
  '/demand': Demand,
  '/pack': Pack,
  '/rounds': Rounds,
  '/goods': Goods,
  '/customers': Customers,
  '/problems': Complaints,
  '/till': Till,
  '/reports': Reports,
  '/team': Team,
  '/events': Events,
  '/settings': Settings,
};

/** The dairy's desk: staff only. */
export function App() {
  const session = useSession();
  return session ? <Desk /> : <Entrance />;
}

function Entrance() {
  const t = useTranslations('desk');
  const words = useTranslations('signIn');
  return (
    <Shell places={[]}>
      <div className="card mx-auto mt-6 grid max-w-md gap-4 p-6">
        <PageHead title={words('title')} />
        <p className="text-soft">{t('staffOnly')}</p>
        <SignInForm roles={['admin']} />
      </div>
    </Shell>
  );
}

function Desk() {
  const t = useTranslations('desk.nav');
  const problems = useDoor('GET /order/problems', {}, { everyMs: LOOK_MS });
  const place = (
    to: string,
    label: string,
    Icon: ComponentType<{ 'aria-hidden': true }>,
    count?: number,
  ) => ({
    to,
    label,
    icon: <Icon aria-hidden />,
    count,
  });
  return (
    <Shell
      side
      places={[
        place('/', t('today'), House),
        place('/orders', t('orders'), ClipboardList),
        place('/pack', t('pack'), PackageCheck),
        place('/customers', t('customers'), Users),
        place('/problems', t('problems'), MessageCircleWarning, problems.data?.length),
      ]}
      more={[
        place('/demand', t('demand'), Milk),
        place('/rounds', t('rounds'), Truck),
        place('/goods', t('goods'), Warehouse),
        place('/till', t('till'), HandCoins),
        place('/reports', t('reports'), ChartColumn),
        place('/team', t('team'), UserCog),
        place('/events', t('events'), ScrollText),
        place('/settings', t('settings'), Cog),
      ]}
      aside={<SignOut />}
    >
      <Switch>
        {Object.entries(pages).map(([path, Page]) => (
          <Route key={path} path={path}>
            <Page />
          </Route>
        ))}
        <Route path="/orders/:orderId">
          {({ orderId }) => <OrderPage key={orderId} orderId={orderId} />}
        </Route>
        <Route path="/customers/:userId">{({ userId }) => <Customer key={userId} userId={userId} />}</Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Shell>
  );
}

function SignOut(): ReactNode {
  const t = useTranslations('kit');
  const client = useQueryClient();
  const leave = async () => {
    await signOut();
    client.clear();
  };
  return (
    <Button size="small" kind="bare" onClick={() => void leave()}>
      {t('signOut')}
    </Button>
  );
}
