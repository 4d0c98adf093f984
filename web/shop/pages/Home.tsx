import { Plus, Repeat, Search } from 'lucide-react';
import { memo, useDeferredValue, useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link, useLocation } from 'wouter';
import type { Product } from '../../kit/api/doors.gen.ts';
import { useChange, useDoorPages } from '../../kit/api/hooks.ts';
import { useSession } from '../../kit/api/session.ts';
import { useDairy } from '../../kit/dairy.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Bottle, ProductPicture } from '../../kit/ui/Bottle.tsx';
import { Button, LinkButton } from '../../kit/ui/Button.tsx';
import { More } from '../../kit/ui/Pages.tsx';
import { Await, Empty } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

/** The shelf: what is sold, by category and by words. */
export function Home() {
  const t = useTranslations('shop');
  const { categories, name } = useDairy();
  const [category, setCategory] = useState<string>();
  const [words, setWords] = useState('');
  const q = useDeferredValue(words.trim());
  const pages = useDoorPages('GET /product/list', { category, q: q || undefined }, { keep: true });
  return (
    <>
      <title>{name}</title>
      <section className="mb-5 grid items-center gap-4 rounded-3xl bg-float px-5 py-4 sm:py-6 text-on-float sm:grid-cols-[1fr_auto]">
        <div className="grid gap-2">
          <h1 className="text-3xl sm:text-5xl">{t('hero')}</h1>
          <p className="max-w-prose sm:text-lg">{t('heroText')}</p>
        </div>
        <div className="hidden items-end gap-2 sm:flex">
          <Bottle cap="silver" className="h-28" />
          <Bottle cap="gold" className="h-36" />
          <Bottle cap="red" className="h-28" />
        </div>
      </section>
      <div className="mb-4 grid gap-3 md:grid-cols-[20rem_1fr] md:items-center">
        <label className="relative">
          <span className="sr-only">{t('search')}</span>
          <Search aria-hidden="true" className="absolute start-3 top-3 text-soft" />
          <input
            type="search"
            value={words}
            onChange={(event) => setWords(event.target.value)}
            placeholder={t('search')}
            className="min-h-12 w-full rounded-full border border-line-strong bg-paper ps-11 pe-4"
          />
        </label>
        <div className="-mx-4 flex gap-2 overflow-x-auto px-4 py-1 whitespace-nowrap md:mx-0 md:flex-wrap md:px-0">
          {[undefined, ...categories].map((one) => (
            <Button
              key={one ?? ''}
              size="small"
              kind={one === category ? 'primary' : 'quiet'}
              aria-pressed={one === category}
              onClick={() => setCategory(one)}
            >
              {one ?? t('all')}
            </Button>
          ))}
        </div>
      </div>
      <Await query={pages} loading={<Shelf />}>
        {(some) =>
          some.pages[0]?.rows.length === 0 ? (
            <Empty title={t('nothingFound')}>{t('nothingFoundText')}</Empty>
          ) : (
            <Products pages={some.pages} />
          )
        }
      </Await>
      <More pages={pages} />
    </>
  );
}

const shelf = 'grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 xl:grid-cols-5';

const none: readonly Product[] = [];
/** So many products are drawn at once: what a phone shows, and what comes with the first movement. */
const FIRST = 6;

/** The first products at once; the rest is drawn when nothing else is to be done, and gives way to every tap. */
function Products({ pages }: { pages: readonly { rows: readonly Product[] }[] }) {
  // The same list as long as the pages are the same: only then is the rest not drawn anew.
  const products = useMemo(() => pages.flatMap(({ rows }) => rows), [pages]);
  const rest = useDeferredValue(products, none);
  return (
    <ul className={shelf}>
      {products.slice(0, FIRST).map((product, i) => (
        <li key={product.productId}>
          <ProductCard product={product} eager={i < 4} />
        </li>
      ))}
      <Rest products={rest} />
    </ul>
  );
}

const Rest = memo(function Rest({ products }: { products: readonly Product[] }) {
  return products.slice(FIRST).map((product) => (
    <li key={product.productId}>
      <ProductCard product={product} eager={false} />
    </li>
  ));
});

/** The place of the shelf while it is fetched, as large as it will be. */
function Shelf() {
  return (
    <div className={shelf} aria-hidden="true">
      {['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => (
        <div key={key} className="shimmer h-84 rounded-2xl" />
      ))}
    </div>
  );
}

const ProductCard = memo(function ProductCard({ product, eager }: { product: Product; eager: boolean }) {
  const t = useTranslations('shop');
  const { money } = useFormats();
  const { productId, name, unit, price, stock } = product;
  const to = `/product/${productId}`;
  return (
    <article className="card grid h-full grid-rows-[auto_1fr_auto] gap-2 p-3">
      <Link href={to} aria-label={name} tabIndex={-1}>
        <ProductPicture product={product} eager={eager} className="h-40" />
      </Link>
      <div>
        <h2 className="text-lg">
          <Link href={to} className="no-underline hover:underline">
            {name}
          </Link>
        </h2>
        <p className="text-soft">{unit}</p>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="figures text-lg font-bold">{money(price)}</p>
        {stock > 0 ? (
          <AddButton product={product} />
        ) : (
          <span className="text-sm text-soft">{t('soldOut')}</span>
        )}
      </div>
      <LinkButton to={`/subscribe/${productId}`} kind="bare" size="small" wide>
        <Repeat aria-hidden="true" className="size-4" />
        <span aria-hidden="true">{t('subscribe')}</span>
        <span className="sr-only">{t('subscribeOf', { name })}</span>
      </LinkButton>
    </article>
  );
});

/** Puts one piece into the basket; who is not signed in is asked to first. */
export function AddButton({ product, wide = false }: { product: Product; wide?: boolean }) {
  const t = useTranslations('shop');
  const text = useRefusalText();
  const { say } = useToasts();
  const session = useSession();
  const [, go] = useLocation();
  const add = useChange('POST /cart/add', { stale: ['GET /cart/view'] });
  const { productId, name } = product;
  const press = () => {
    if (!session) return go(`/sign-in?to=${encodeURIComponent(`/product/${productId}`)}`);
    add.change(
      { productId, qty: 1 },
      { done: () => say(t('added', { name })), refused: (why) => say(text(why), { bad: true }) },
    );
  };
  return (
    <Button
      kind="butter"
      size={wide ? 'large' : 'normal'}
      busy={add.busy}
      onClick={press}
      aria-label={t('addOf', { name })}
    >
      {!add.busy && <Plus aria-hidden="true" className="size-5" />}
      {t('add')}
    </Button>
  );
}
