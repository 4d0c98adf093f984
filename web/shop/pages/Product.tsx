import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { ProductPicture } from '../../kit/ui/Bottle.tsx';
import { LinkButton } from '../../kit/ui/Button.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { AddButton } from './Home.tsx';

/** One product: what it is, what it costs, and both ways to have it. */
export default function ProductPage({ productId }: { productId: string }) {
  const t = useTranslations('shop');
  const { money } = useFormats();
  const product = useDoor('GET /product/details', { productId });
  return (
    <Await query={product}>
      {(one) => (
        <div className="grid gap-6 md:grid-cols-2">
          <ProductPicture product={one} eager className="h-72 md:h-96" />
          <div className="grid content-start gap-4">
            <PageHead title={one.name} />
            <p className="figures text-3xl font-bold">
              {money(one.price)} <span className="text-lg font-normal text-soft">{one.unit}</span>
            </p>
            {one.deposit ? <p className="text-soft">{t('deposit', { amount: money(one.deposit) })}</p> : null}
            {one.description && <p className="max-w-prose">{one.description}</p>}
            {one.stock > 0 ? (
              <AddButton product={one} wide />
            ) : (
              <p className="font-semibold text-berry">{t('soldOut')}</p>
            )}
            <LinkButton to={`/subscribe/${productId}`} size="large">
              {t('subscribeOf', { name: one.name })}
            </LinkButton>
          </div>
        </div>
      )}
    </Await>
  );
}
