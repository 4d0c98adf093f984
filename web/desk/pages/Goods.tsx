import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Product } from '../../kit/api/doors.gen.ts';
import { useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { ProductPicture } from '../../kit/ui/Bottle.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useShown } from '../DayBar.tsx';
import { Import } from '../goods/Import.tsx';
import { ProductForm } from '../goods/ProductForm.tsx';
import { StockForm } from '../goods/StockForm.tsx';

type Doing = { what: 'NEW' | 'IMPORT' } | { what: 'CHANGE' | 'STOCK'; product: Product };

/** What the dairy sells, and how much of it there is. */
export default function Goods() {
  const t = useTranslations('goods');
  const { money, number } = useFormats();
  const { shown, set } = useShown();
  const [doing, setDoing] = useState<Doing>();
  const pages = useDoorPages('GET /product/list', { all: true, q: shown('q'), limit: 100 });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  const close = () => setDoing(undefined);
  return (
    <>
      <PageHead title={t('title')}>
        <Button onClick={() => setDoing({ what: 'IMPORT' })}>{t('import')}</Button>
        <Button kind="primary" onClick={() => setDoing({ what: 'NEW' })}>
          {t('add')}
        </Button>
      </PageHead>
      <div className="mb-4 max-w-md">
        <TextField
          label={t('search')}
          type="search"
          value={shown('q') ?? ''}
          onChange={(event) => set({ q: event.target.value })}
        />
      </div>
      <Waiting pages={pages} lines={6} className="h-14" />
      {rows?.length === 0 && <Empty title={t('none')} />}
      {rows && rows.length > 0 && (
        <Table
          caption={t('title')}
          rows={rows}
          keyOf={({ productId }) => productId}
          columns={[
            {
              label: t('product'),
              of: (product) => (
                <span className="flex items-center gap-3">
                  <ProductPicture product={product} className="size-12 shrink-0" />
                  <span>
                    {product.name} <span className="font-normal text-soft">{product.unit}</span>
                    <span className="block text-sm font-normal text-soft">{product.productId}</span>
                  </span>
                </span>
              ),
            },
            { label: t('category'), of: ({ category }) => category },
            { label: t('price'), end: true, of: ({ price }) => money(price) },
            {
              label: t('left'),
              end: true,
              of: ({ stock, lowStockAt, stockMode }) => (
                <span>
                  {stock <= (lowStockAt ?? 0) ? <Tag tone="bad">{number(stock)}</Tag> : number(stock)}{' '}
                  {stockMode === 'PER_DAY' && <span className="text-sm text-soft">{t('perDay')}</span>}
                </span>
              ),
            },
            {
              label: t('sale'),
              of: ({ active }) => (
                <Tag tone={active ? 'good' : 'warn'}>{t(active ? 'onSale' : 'offSale')}</Tag>
              ),
            },
            {
              label: t('deeds'),
              bare: true,
              of: (product) => (
                <span className="flex flex-wrap gap-2">
                  <Button size="small" onClick={() => setDoing({ what: 'STOCK', product })}>
                    {t('stock')}
                  </Button>
                  <Button size="small" onClick={() => setDoing({ what: 'CHANGE', product })}>
                    {t('change')}
                  </Button>
                </span>
              ),
            },
          ]}
        />
      )}
      <More pages={pages} />
      <Sheet title={t('add')} open={doing?.what === 'NEW'} onClose={close} wide>
        <ProductForm done={close} />
      </Sheet>
      <Sheet title={t('import')} open={doing?.what === 'IMPORT'} onClose={close} wide>
        <Import />
      </Sheet>
      {doing && 'product' in doing && (
        <Sheet title={doing.product.name} open onClose={close} wide={doing.what === 'CHANGE'}>
          {doing.what === 'CHANGE' ? (
            <ProductForm product={doing.product} done={close} />
          ) : (
            <StockForm product={doing.product} done={close} />
          )}
        </Sheet>
      )}
    </>
  );
}
