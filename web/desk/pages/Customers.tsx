import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Link, useLocation } from 'wouter';
import { useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { type Address, AddressFields } from '../../kit/ui/Address.tsx';
import { Button } from '../../kit/ui/Button.tsx';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { useShown } from '../DayBar.tsx';

/** Who types is not asked for each letter. */
const PAUSE_MS = 250;

/** Households: found by name, telephone number or e-mail, while somebody is on the telephone. */
export default function Customers() {
  const t = useTranslations('customers');
  const { dayOf, day } = useFormats();
  const { shown, set } = useShown();
  const [typed, setTyped] = useState(shown('q') ?? '');
  const [adding, setAdding] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed is waited for
  useEffect(() => {
    if (typed.trim() === (shown('q') ?? '')) return;
    const timer = setTimeout(() => set({ q: typed.trim() }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  const pages = useDoorPages('GET /admin/customers', { q: shown('q'), limit: 50 });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <PageHead title={t('title')}>
        <Button kind="primary" onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      </PageHead>
      <div className="mb-4 max-w-xl">
        <TextField
          label={t('search')}
          hint={t('searchHint')}
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <Waiting pages={pages} lines={6} className="h-14" />
      {rows?.length === 0 && <Empty title={t(shown('q') ? 'notFound' : 'none')} />}
      {rows && rows.length > 0 && (
        <Table
          caption={t('title')}
          rows={rows}
          keyOf={({ userId }) => userId}
          columns={[
            {
              label: t('name'),
              of: ({ userId, name, active }) => (
                <>
                  <Link href={`/customers/${userId}`}>{name ?? userId}</Link>{' '}
                  {!active && <Tag tone="bad">{t('closed')}</Tag>}
                </>
              ),
            },
            { label: t('phone'), of: ({ phone }) => phone },
            { label: t('email'), of: ({ email }) => email },
            {
              label: t('address'),
              of: ({ address }) =>
                [address?.line1, address?.city, address?.pincode].filter(Boolean).join(', '),
            },
            { label: t('since'), of: ({ createdAt }) => day(dayOf(createdAt)) },
          ]}
        />
      )}
      <More pages={pages} />
      <Sheet title={t('add')} open={adding} onClose={() => setAdding(false)} wide>
        <AddCustomer />
      </Sheet>
    </>
  );
}

function AddCustomer() {
  const t = useTranslations('customers');
  const kit = useTranslations('kit');
  const { say } = useToasts();
  const [, go] = useLocation();
  const [address, setAddress] = useState<Address>({ line1: '' });
  return (
    <DoorForm
      door="POST /admin/customer"
      stale={['GET /admin/customers']}
      submit={t('add')}
      input={(fields) => ({
        name: fields.text('name'),
        phone: fields.text('phone'),
        email: fields.maybe('email'),
        language: fields.text('language') as 'en' | 'hi',
        address: address.line1 ? address : undefined,
      })}
      done={({ userId }, { name }) => {
        say(t('added', { name }));
        go(`/customers/${userId}`);
      }}
    >
      {(wrong) => (
        <>
          <p className="text-soft">{t('addText')}</p>
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField label={t('name')} name="name" required maxLength={120} error={wrong('/name')} />
            <TextField label={t('phone')} name="phone" type="tel" required error={wrong('/phone')} />
            <TextField
              label={t('email')}
              name="email"
              type="email"
              required={false}
              error={wrong('/email')}
            />
            <Select
              label={kit('language')}
              name="language"
              options={[
                { value: 'en', label: 'English' },
                { value: 'hi', label: 'हिन्दी' },
              ]}
            />
          </div>
          <AddressFields address={address} onChange={setAddress} error={wrong('/address')} />
        </>
      )}
    </DoorForm>
  );
}
