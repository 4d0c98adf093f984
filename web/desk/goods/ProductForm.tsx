import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Input } from '../../kit/api/client.ts';
import type { Product } from '../../kit/api/doors.gen.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { shrink } from '../../kit/picture.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { ProductPicture } from '../../kit/ui/Bottle.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { DoorForm, type Fields } from '../../kit/ui/Form.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { staleGoods } from './stale.ts';

const numberField = { type: 'number', inputMode: 'decimal', min: '0' } as const;
const moneyField = { ...numberField, step: '0.01' } as const;

/** A new product, or what changes of one. */
export function ProductForm({ product, done }: { product?: Product; done: () => void }) {
  const t = useTranslations('goods');
  return (
    <>
      {product && <Picture product={product} />}
      {product ? <ChangeForm product={product} done={done} /> : <AddForm done={done} />}
      {product && <p className="text-sm text-soft">{t('priceHint')}</p>}
    </>
  );
}

/** Taxes as staff write them: `CGST 2.5, SGST 2.5` in per cent. */
function taxesText(taxes: Product['taxes']): string {
  return Object.entries(taxes ?? {})
    .map(([name, points]) => `${name} ${points / 100}`)
    .join(', ');
}
function taxesOf(text: string): Record<string, number> {
  const parts = text.split(',').map((part) => part.trim().split(/[\s:]+/));
  return Object.fromEntries(
    parts
      .filter(([name]) => name)
      .map(([name = '', rate]) => [name.toUpperCase(), Math.round(Number(rate) * 100)]),
  );
}

function AddForm({ done }: { done: () => void }) {
  const t = useTranslations('goods');
  const { say } = useToasts();
  const [mode, setMode] = useState<'ON_HAND' | 'PER_DAY'>('ON_HAND');
  const input = (fields: Fields): Input<'POST /product/add'> => ({
    name: fields.text('name'),
    price: fields.number('price'),
    category: fields.text('category'),
    unit: fields.maybe('unit'),
    description: fields.maybe('description'),
    deposit: fields.maybeNumber('deposit'),
    lowStockAt: fields.maybeNumber('lowStockAt'),
    hsn: fields.maybe('hsn'),
    taxes: fields.maybe('taxes') ? taxesOf(fields.text('taxes')) : undefined,
    ...(mode === 'ON_HAND' ? { stock: fields.number('stock') } : { dailySupply: fields.number('stock') }),
  });
  return (
    <DoorForm
      door="POST /product/add"
      stale={staleGoods}
      input={input}
      submit={t('add')}
      done={({ name }) => {
        say(t('added', { name }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <What wrong={wrong} />
          <div className="grid gap-3 sm:grid-cols-2">
            <Select
              label={t('mode')}
              value={mode}
              onChange={(event) => setMode(event.target.value as typeof mode)}
              options={[
                { value: 'ON_HAND', label: t('ON_HAND') },
                { value: 'PER_DAY', label: t('PER_DAY') },
              ]}
            />
            <TextField
              label={t(mode === 'ON_HAND' ? 'opening' : 'dailySupply')}
              name="stock"
              {...numberField}
              required
              error={wrong(mode === 'ON_HAND' ? '/stock' : '/dailySupply')}
            />
          </div>
        </>
      )}
    </DoorForm>
  );
}

function ChangeForm({ product, done }: { product: Product; done: () => void }) {
  const t = useTranslations('goods');
  const { say } = useToasts();
  const { productId } = product;
  const input = (fields: Fields): Input<'PATCH /product/update'> => ({
    productId,
    name: fields.text('name'),
    price: fields.number('price'),
    category: fields.text('category'),
    unit: fields.maybe('unit') ?? null,
    description: fields.maybe('description') ?? null,
    deposit: fields.maybeNumber('deposit') ?? null,
    lowStockAt: fields.maybeNumber('lowStockAt') ?? null,
    hsn: fields.maybe('hsn') ?? null,
    taxes: fields.maybe('taxes') ? taxesOf(fields.text('taxes')) : null,
    ...(product.stockMode === 'PER_DAY' ? { dailySupply: fields.number('dailySupply') } : {}),
    active: fields.text('active') === 'true',
  });
  return (
    <DoorForm
      door="PATCH /product/update"
      stale={staleGoods}
      input={input}
      done={({ name }) => {
        say(t('changed', { name }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <What product={product} wrong={wrong} />
          <div className="grid gap-3 sm:grid-cols-2">
            {product.stockMode === 'PER_DAY' && (
              <TextField
                label={t('dailySupply')}
                name="dailySupply"
                {...numberField}
                defaultValue={product.dailySupply ?? 0}
                required
                error={wrong('/dailySupply')}
              />
            )}
            <Select
              label={t('sale')}
              name="active"
              defaultValue={String(product.active)}
              options={[
                { value: 'true', label: t('onSale') },
                { value: 'false', label: t('offSale') },
              ]}
            />
          </div>
        </>
      )}
    </DoorForm>
  );
}

function What({ product, wrong }: { product?: Product; wrong: (pointer: string) => string | undefined }) {
  const t = useTranslations('goods');
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <TextField
        label={t('name')}
        name="name"
        defaultValue={product?.name}
        maxLength={120}
        required
        error={wrong('/name')}
      />
      <TextField
        label={t('category')}
        name="category"
        defaultValue={product?.category}
        maxLength={60}
        required
        error={wrong('/category')}
      />
      <TextField
        label={t('price')}
        hint={t('taxIncluded')}
        name="price"
        {...moneyField}
        defaultValue={product?.price}
        required
        error={wrong('/price')}
      />
      <TextField
        label={t('unit')}
        hint={t('unitHint')}
        name="unit"
        defaultValue={product?.unit}
        maxLength={40}
        required={false}
        error={wrong('/unit')}
      />
      <TextField
        label={t('deposit')}
        name="deposit"
        {...moneyField}
        defaultValue={product?.deposit}
        required={false}
        error={wrong('/deposit')}
      />
      <TextField
        label={t('lowStockAt')}
        name="lowStockAt"
        {...numberField}
        defaultValue={product?.lowStockAt}
        required={false}
        error={wrong('/lowStockAt')}
      />
      <TextField
        label={t('taxes')}
        hint={t('taxesHint')}
        name="taxes"
        defaultValue={taxesText(product?.taxes)}
        pattern="\s*([A-Za-z][A-Za-z0-9]*[\s:]+\d+(\.\d+)?\s*,?\s*)*"
        title={t('taxesHint')}
        required={false}
        error={wrong('/taxes')}
      />
      <TextField
        label={t('hsn')}
        name="hsn"
        defaultValue={product?.hsn}
        required={false}
        error={wrong('/hsn')}
      />
      <div className="sm:col-span-2">
        <TextField
          label={t('description')}
          name="description"
          defaultValue={product?.description}
          maxLength={1_000}
          required={false}
          error={wrong('/description')}
        />
      </div>
    </div>
  );
}

function Picture({ product }: { product: Product }) {
  const t = useTranslations('goods');
  const text = useRefusalText();
  const { say } = useToasts();
  const { number } = useFormats();
  const [shown, setShown] = useState(product);
  const send = useChange('POST /product/image', { stale: staleGoods });
  const choose = async (file: File | undefined) => {
    if (!file) return;
    try {
      const picture = await shrink(file);
      send.change(
        { productId: product.productId, ...picture },
        { done: setShown, refused: (why) => say(text(why), { bad: true }) },
      );
    } catch {
      say(t('noPicture', { kb: number(Math.round(file.size / 1000)) }), { bad: true });
    }
  };
  return (
    <div className="flex items-center gap-4">
      <ProductPicture product={shown} className="size-24 shrink-0" />
      <label className="grid min-w-0 gap-1">
        <span className="font-semibold">{t('picture')}</span>
        <input
          type="file"
          accept="image/*"
          disabled={send.busy}
          onChange={(event) => void choose(event.target.files?.[0])}
        />
      </label>
      {send.busy && (
        <Button busy size="small">
          {t('sending')}
        </Button>
      )}
    </div>
  );
}
