import {
  Bell,
  BellDot,
  CalendarDays,
  CircleUserRound,
  FileText,
  Milk,
  PackageCheck,
  ReceiptText,
  ShoppingBasket,
  ThumbsDown,
  Wallet,
} from 'lucide-react';
import { lazy, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';
import { useDoor } from '../kit/api/hooks.ts';
import { useSession } from '../kit/api/session.ts';
import { NotFound } from '../kit/ui/NotFound.tsx';
import { Shell } from '../kit/ui/Shell.tsx';
import { Home } from './pages/Home.tsx';
import { useHasNews } from './seen.ts';

const Product = lazy(() => import('./pages/Product.tsx'));
const Basket = lazy(() => import('./pages/Basket.tsx'));
const Subscribe = lazy(() => import('./pages/Subscribe.tsx'));
const Days = lazy(() => import('./pages/Days.tsx'));
const Receipts = lazy(() => import('./pages/Receipts.tsx'));
const Money = lazy(() => import('./pages/Money.tsx'));
const Statement = lazy(() => import('./pages/Statement.tsx'));
const Orders = lazy(() => import('./pages/Orders.tsx'));
const OrderPage = lazy(() => import('./pages/OrderPage.tsx'));
const Problems = lazy(() => import('./pages/Problems.tsx'));
const Messages = lazy(() => import('./pages/Messages.tsx'));
const Account = lazy(() => import('./pages/Account.tsx'));
const SignIn = lazy(() => import('./pages/SignIn.tsx'));

/** The shop's pages: the shelf comes at once, every other when it is asked for. */
export function App() {
  const t = useTranslations('shop.nav');
  const session = useSession();
  const cart = useDoor('GET /cart/view', {}, { when: session !== undefined });
  const count = cart.data?.items.reduce((sum, { qty }) => sum + qty, 0) ?? 0;
  return (
    <Shell
      places={[
        { to: '/', label: t('home'), icon: <Milk aria-hidden="true" /> },
        { to: '/days', label: t('days'), icon: <CalendarDays aria-hidden="true" /> },
        { to: '/basket', label: t('basket'), icon: <ShoppingBasket aria-hidden="true" />, count },
        { to: '/money', label: t('money'), icon: <Wallet aria-hidden="true" /> },
        { to: '/account', label: t('account'), icon: <CircleUserRound aria-hidden="true" /> },
      ]}
      more={[
        { to: '/orders', label: t('orders'), icon: <PackageCheck aria-hidden="true" /> },
        { to: '/receipts', label: t('receipts'), icon: <ReceiptText aria-hidden="true" /> },
        { to: '/statement', label: t('statement'), icon: <FileText aria-hidden="true" /> },
        { to: '/problems', label: t('problems'), icon: <ThumbsDown aria-hidden="true" /> },
        { to: '/messages', label: t('messages'), icon: <Bell aria-hidden="true" /> },
      ]}
      aside={session && <MessagesLink />}
    >
      <Switch>
        <Route path="/">
          <Home />
        </Route>
        <Route path="/product/:productId">{({ productId }) => <Product productId={productId} />}</Route>
        <Route path="/sign-in">
          <SignIn />
        </Route>
        <Route path="/subscribe/:productId">
          {({ productId }) => (
            <Mine>
              <Subscribe productId={productId} />
            </Mine>
          )}
        </Route>
        <Route path="/basket">
          <Mine>
            <Basket />
          </Mine>
        </Route>
        <Route path="/days">
          <Mine>
            <Days />
          </Mine>
        </Route>
        <Route path="/receipts">
          <Mine>
            <Receipts />
          </Mine>
        </Route>
        <Route path="/money">
          <Mine>
            <Money />
          </Mine>
        </Route>
        <Route path="/statement">
          <Mine>
            <Statement />
          </Mine>
        </Route>
        <Route path="/orders">
          <Mine>
            <Orders />
          </Mine>
        </Route>
        <Route path="/orders/:orderId">
          {({ orderId }) => (
            <Mine>
              <OrderPage orderId={orderId} />
            </Mine>
          )}
        </Route>
        <Route path="/problems">
          <Mine>
            <Problems />
          </Mine>
        </Route>
        <Route path="/messages">
          <Mine>
            <Messages />
          </Mine>
        </Route>
        <Route path="/account">
          <Mine>
            <Account />
          </Mine>
        </Route>
        <Route>
          <NotFound />
        </Route>
      </Switch>
    </Shell>
  );
}

/** The way to what the dairy has told; marked where some of it was not looked at. */
function MessagesLink() {
  const t = useTranslations('shop.nav');
  const hasNews = useHasNews();
  const label = t(hasNews ? 'newMessages' : 'messages');
  return (
    <Link
      href="/messages"
      aria-label={label}
      title={label}
      className="grid size-11 place-items-center rounded-full hover:bg-float-wash"
    >
      {hasNews ? <BellDot aria-hidden="true" className="text-berry" /> : <Bell aria-hidden="true" />}
    </Link>
  );
}

/** Pages of a household: who is not signed in is asked to, and comes back. */
function Mine({ children }: { children: ReactNode }) {
  const session = useSession();
  const [location] = useLocation();
  return session ? children : <Redirect to={`/sign-in?to=${encodeURIComponent(location)}`} replace />;
}
