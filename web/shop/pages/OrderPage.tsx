import { lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import type { Track } from '../../kit/api/doors.gen.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { Card } from '../../kit/ui/Figures.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Skeleton } from '../../kit/ui/States.tsx';
import { PayOrder } from '../money/PayOrder.tsx';
import { Items } from '../order/Items.tsx';
import { Problems } from '../order/Problems.tsx';
import { Way } from '../order/Way.tsx';

const LiveMap = lazy(() => import('../order/LiveMap.tsx'));

/** How often an order is looked at, while it is under way and while it waits. */
const LOOK_MS = 10_000;
const WAIT_MS = 60_000;
const over: readonly string[] = ['DELIVERED', 'CANCELLED', 'FAILED'];

function lookAfter({ status, delivery }: Track): number | false {
  if (over.includes(status)) return false;
  const isOnItsWay = delivery?.status === 'PICKED_UP' || delivery?.status === 'IN_TRANSIT';
  return isOnItsWay ? LOOK_MS : WAIT_MS;
}

/** One order: what it brings, how far it has come while one looks, and what was wrong with it. */
export default function OrderPage({ orderId }: { orderId: string }) {
  const t = useTranslations('orders');
  const { dayLong, hours } = useFormats();
  const { slots } = useDairy();
  const track = useDoor(
    'GET /order/track',
    { orderId },
    { staleMs: 0, everyMs: (order) => (order ? lookAfter(order) : false) },
  );
  return (
    <Await query={track}>
      {(order) => {
        const window = slots.find(({ slotId }) => slotId === order.slotId);
        return (
          <>
            <PageHead title={t('of', { day: dayLong(order.deliveryDay) })} />
            <p className="-mt-3 mb-4 text-soft">
              {[window && hours(window.from, window.to), order.address?.line1].filter(Boolean).join(' · ')}
            </p>
            <div className="grid items-start gap-5 lg:grid-cols-2">
              <div className="grid gap-5">
                {order.status === 'CREATED' && <PayOrder order={order} />}
                <Items order={order} />
                {order.status === 'DELIVERED' && <Problems order={order} />}
              </div>
              <div className="grid gap-5">
                <OnTheMap order={order} />
                <Way order={order} />
              </div>
            </div>
          </>
        );
      }}
    </Await>
  );
}

/** Where the courier is, once both places are known and as long as it is of use. */
function OnTheMap({ order }: { order: Track }) {
  const t = useTranslations('orders');
  const { address, delivery } = order;
  const isMoving = delivery?.status === 'PICKED_UP' || delivery?.status === 'IN_TRANSIT';
  if (!isMoving || !delivery.location || address?.lat === undefined || address.lng === undefined) return null;
  return (
    <Card title={t('where')}>
      <Suspense fallback={<Skeleton lines={1} className="h-72" />}>
        <LiveMap stop={{ lat: address.lat, lng: address.lng }} courier={delivery.location} />
      </Suspense>
    </Card>
  );
}
