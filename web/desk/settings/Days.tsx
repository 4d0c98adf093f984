import { Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useDoorAll } from '../../kit/api/hooks.ts';
import { addDays, useFormats, weekdays } from '../../kit/formats.ts';
import { Button, IconButton } from '../../kit/ui/Button.tsx';
import { DayField } from '../../kit/ui/DayField.tsx';
import { Checkbox, Select, TextField } from '../../kit/ui/Field.tsx';
import { type DairySettings, Part } from '../pages/Settings.tsx';

interface Props {
  settings: DairySettings;
}

/** Rows of a list that can be added to and taken from; each keeps its place while it is edited. */
function useRows<R extends object>(first: readonly R[]) {
  const [rows, setRows] = useState(() => first.map((row, key) => ({ key, row })));
  return {
    rows,
    values: rows.map(({ row }) => row),
    change: (key: number, change: Partial<R>) =>
      setRows(rows.map((one) => (one.key === key ? { key, row: { ...one.row, ...change } } : one))),
    add: (row: R) => setRows([...rows, { key: Math.max(-1, ...rows.map(({ key }) => key)) + 1, row }]),
    remove: (key: number) => setRows(rows.filter((one) => one.key !== key)),
  };
}

function RowBox({ name, remove, children }: { name: string; remove: () => void; children: ReactNode }) {
  const t = useTranslations('settings');
  return (
    <fieldset className="grid grid-cols-2 items-end gap-3 rounded-xl border border-line p-3 sm:grid-cols-3">
      <legend className="sr-only">{name}</legend>
      {children}
      <IconButton label={t('remove', { name })} onClick={remove} className="justify-self-end sm:col-start-3">
        <Trash2 aria-hidden="true" className="size-5" />
      </IconButton>
    </fieldset>
  );
}

/** When households can have deliveries, and until when each can change. */
export function SlotsPart({ settings }: Props) {
  const t = useTranslations('settings');
  const { rows, values, change, add, remove } = useRows(settings.slots);
  return (
    <Part title={t('slots')} input={() => ({ slots: values })}>
      {(wrong) => (
        <>
          {rows.map(({ key, row }, i) => (
            <RowBox key={key} name={row.slotId} remove={() => remove(key)}>
              <TextField
                label={t('slot.slotId')}
                value={row.slotId}
                pattern="[A-Z][A-Z0-9_]{1,30}"
                title="MORNING"
                required
                error={wrong(`/slots/${i}/slotId`)}
                onChange={(event) => change(key, { slotId: event.target.value.toUpperCase() })}
              />
              {(['from', 'to', 'cutoffTime'] as const).map((name) => (
                <TextField
                  key={name}
                  label={t(`slot.${name}`)}
                  type="time"
                  value={row[name]}
                  required
                  error={wrong(`/slots/${i}/${name}`)}
                  onChange={(event) => change(key, { [name]: event.target.value })}
                />
              ))}
              <TextField
                label={t('slot.cutoffDaysBefore')}
                type="number"
                min="0"
                max="7"
                value={row.cutoffDaysBefore}
                required
                error={wrong(`/slots/${i}/cutoffDaysBefore`)}
                onChange={(event) => change(key, { cutoffDaysBefore: Number(event.target.value) })}
              />
              <TextField
                label={t('slot.capacity')}
                type="number"
                min="0"
                value={row.capacity ?? ''}
                required={false}
                error={wrong(`/slots/${i}/capacity`)}
                onChange={(event) =>
                  change(key, { capacity: event.target.value === '' ? null : Number(event.target.value) })
                }
              />
            </RowBox>
          ))}
          <Button
            onClick={() =>
              add({
                slotId: '',
                from: '06:00',
                to: '08:00',
                cutoffTime: '22:00',
                cutoffDaysBefore: 1,
                capacity: null,
              })
            }
          >
            {t('addSlot')}
          </Button>
        </>
      )}
    </Part>
  );
}

/** Days on which nothing is delivered. */
export function HolidaysPart({ settings }: Props) {
  const t = useTranslations('settings');
  const { weekday, today } = useFormats();
  const { rows, values, change, add, remove } = useRows(settings.holidays);
  const [closed, setClosed] = useState(settings.closedWeekdays);
  return (
    <Part title={t('holidays')} input={() => ({ holidays: values, closedWeekdays: closed })}>
      {(wrong) => (
        <>
          <fieldset className="flex flex-wrap gap-x-5 gap-y-2">
            <legend className="mb-1 font-semibold">{t('closed')}</legend>
            {weekdays.map((one) => (
              <Checkbox
                key={one}
                label={weekday(one)}
                checked={closed.includes(one)}
                onChange={(event) =>
                  setClosed(
                    weekdays.filter((each) => (each === one ? event.target.checked : closed.includes(each))),
                  )
                }
              />
            ))}
          </fieldset>
          {rows.map(({ key, row }, i) => (
            <RowBox key={key} name={row.name} remove={() => remove(key)}>
              <DayField
                label={t('holiday.day')}
                value={row.day}
                error={wrong(`/holidays/${i}/day`)}
                onChange={(day) => change(key, { day })}
              />
              <TextField
                label={t('holiday.name')}
                value={row.name}
                maxLength={60}
                required
                error={wrong(`/holidays/${i}/name`)}
                onChange={(event) => change(key, { name: event.target.value })}
              />
              <Select
                label={t('holiday.move')}
                value={row.move}
                onChange={(event) => change(key, { move: event.target.value as 'DROP' })}
                options={[
                  { value: 'DAY_BEFORE', label: t('DAY_BEFORE') },
                  { value: 'DROP', label: t('DROP') },
                ]}
              />
            </RowBox>
          ))}
          <Button onClick={() => add({ day: addDays(today(), 30), name: '', move: 'DAY_BEFORE' })}>
            {t('addHoliday')}
          </Button>
        </>
      )}
    </Part>
  );
}

/** What locks at another time than its slot: a product, a weekday, a date. */
export function CutoffsPart({ settings }: Props) {
  const t = useTranslations('settings');
  const { weekday } = useFormats();
  const { rows, values, change, add, remove } = useRows(settings.cutoffs);
  const products = useDoorAll('GET /product/list', { all: true, limit: 100 }).data ?? [];
  const any = { value: '', label: t('any') };
  return (
    <Part title={t('cutoffs')} input={() => ({ cutoffs: values })}>
      {(wrong) => (
        <>
          <p className="text-soft">{t('cutoffsText')}</p>
          {rows.map(({ key, row }, i) => (
            <RowBox
              key={key}
              name={
                [row.slotId, row.productId, row.weekday, row.date].filter(Boolean).join(' ') || t('addCutoff')
              }
              remove={() => remove(key)}
            >
              <Select
                label={t('cutoff.slotId')}
                value={row.slotId ?? ''}
                onChange={(event) => change(key, { slotId: event.target.value || undefined })}
                options={[any, ...settings.slots.map(({ slotId }) => ({ value: slotId, label: slotId }))]}
              />
              <Select
                label={t('cutoff.productId')}
                value={row.productId ?? ''}
                onChange={(event) => change(key, { productId: event.target.value || undefined })}
                options={[any, ...products.map(({ productId, name }) => ({ value: productId, label: name }))]}
              />
              <Select
                label={t('cutoff.weekday')}
                value={row.weekday ?? ''}
                onChange={(event) => change(key, { weekday: (event.target.value || undefined) as 'MON' })}
                options={[any, ...weekdays.map((value) => ({ value, label: weekday(value, true) }))]}
              />
              <DayField
                label={t('cutoff.date')}
                value={row.date ?? ''}
                required={false}
                error={wrong(`/cutoffs/${i}`)}
                onChange={(date) => change(key, { date: date || undefined })}
              />
              <TextField
                label={t('slot.cutoffTime')}
                type="time"
                value={row.cutoffTime}
                required
                onChange={(event) => change(key, { cutoffTime: event.target.value })}
              />
              <TextField
                label={t('slot.cutoffDaysBefore')}
                type="number"
                min="0"
                max="30"
                value={row.cutoffDaysBefore}
                required
                onChange={(event) => change(key, { cutoffDaysBefore: Number(event.target.value) })}
              />
            </RowBox>
          ))}
          <Button onClick={() => add({ cutoffTime: '18:00', cutoffDaysBefore: 1 })}>{t('addCutoff')}</Button>
        </>
      )}
    </Part>
  );
}
