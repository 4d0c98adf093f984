import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange } from '../../kit/api/hooks.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { staleGoods } from './stale.ts';

/** The catalogue from a spreadsheet: all of it or nothing, and each bad row is named. */
export function Import() {
  const t = useTranslations('goods');
  const [file, setFile] = useState<{ name: string; csv: string }>();
  const load = useChange('POST /product/import', { stale: staleGoods });
  const choose = async (chosen: File | undefined) => {
    load.reset();
    setFile(chosen && { name: chosen.name, csv: await chosen.text() });
  };
  const rows = file?.csv.split('\n').filter((line) => line.trim()).length ?? 0;
  const bad = load.refusal?.errors.filter(({ pointer }) => pointer.startsWith('/csv')) ?? [];
  return (
    <div className="grid gap-4">
      <p className="text-soft">{t('importText')}</p>
      <pre className="overflow-x-auto rounded-xl bg-cream p-3 text-sm">
        {'name,price,category,stock,unit\nCow Milk,62,Milk,500,1 l'}
      </pre>
      <label className="grid gap-1">
        <span className="font-semibold">{t('file')}</span>
        <input
          type="file"
          accept=".csv,text/csv"
          onChange={(event) => void choose(event.target.files?.[0])}
        />
      </label>
      <Button
        kind="primary"
        disabled={!file}
        busy={load.busy}
        onClick={() => file && load.change({ csv: file.csv })}
      >
        {t('importNow', { count: Math.max(0, rows - 1) })}
      </Button>
      {load.busy && <p role="status">{t('importing', { count: Math.max(0, rows - 1) })}</p>}
      {load.answer && (
        <p role="status" className="rounded-xl bg-meadow-wash px-4 py-3 font-semibold text-meadow">
          {t('imported', load.answer)}
        </p>
      )}
      {load.refusal && bad.length === 0 && <Failure error={load.refusal} />}
      {bad.length > 0 && (
        <>
          <p role="alert" className="font-semibold text-berry">
            {t('rejected', { count: bad.length })}
          </p>
          <Table
            caption={t('badRows')}
            rows={bad.map(({ pointer, detail }) => {
              const [, , row = '', column = ''] = pointer.split('/');
              return { row, column: column.replaceAll('~1', '/').replaceAll('~0', '~'), detail };
            })}
            keyOf={({ row, column, detail }) => `${row} ${column} ${detail}`}
            columns={[
              { label: t('row'), of: ({ row }) => row || '—' },
              { label: t('column'), of: ({ column }) => column || '—' },
              { label: t('what'), of: ({ detail }) => detail },
            ]}
          />
        </>
      )}
    </div>
  );
}
