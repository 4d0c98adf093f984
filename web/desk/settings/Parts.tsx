import { useTranslations } from 'use-intl';
import { Checkbox, Select, TextField } from '../../kit/ui/Field.tsx';
import { type DairySettings, Part } from '../pages/Settings.tsx';

interface Props {
  settings: DairySettings;
}
type Wrong = (pointer: string) => string | undefined;

const currencies = ['INR', 'EUR', 'GBP', 'USD', 'AUD', 'NZD', 'SGD', 'AED', 'LKR', 'NPR', 'BDT'];
const listed = (text: string) => text.split(/[\s,]+/).filter(Boolean);

/** A field of figures whose name is that of its setting. */
function useNumberField(settings: DairySettings, wrong: Wrong) {
  const t = useTranslations('settings');
  return (
    name: keyof DairySettings & keyof IntlFields,
    more: { min?: number; max?: number; step?: string } = {},
  ) => (
    <TextField
      key={name}
      label={t(`fields.${name}`)}
      name={name}
      type="number"
      inputMode="decimal"
      min={more.min ?? 0}
      max={more.max}
      step={more.step ?? '1'}
      defaultValue={Number(settings[name])}
      required
      error={wrong(`/${name}`)}
    />
  );
}
type IntlFields = Record<
  | 'bookAheadDays'
  | 'unpaidOrderMinutes'
  | 'problemDays'
  | 'priceNoticeDays'
  | 'graceLimit'
  | 'retryAfterCutoffMinutes'
  | 'instantCreditLimit'
  | 'instantCreditMonthly'
  | 'roundCashTo'
  | 'mandateNoticeHours',
  unknown
>;

export function OrdersPart({ settings }: Props) {
  const t = useTranslations('settings');
  return (
    <Part
      title={t('orders')}
      input={(fields) => ({
        bookAheadDays: fields.number('bookAheadDays'),
        unpaidOrderMinutes: fields.number('unpaidOrderMinutes'),
        problemDays: fields.number('problemDays'),
        priceNoticeDays: fields.number('priceNoticeDays'),
        servedPincodes: listed(fields.text('servedPincodes')),
      })}
    >
      {(wrong) => <OrderFields settings={settings} wrong={wrong} />}
    </Part>
  );
}

function OrderFields({ settings, wrong }: Props & { wrong: Wrong }) {
  const t = useTranslations('settings');
  const number = useNumberField(settings, wrong);
  return (
    <>
      <div className="grid gap-3 sm:grid-cols-2">
        {number('bookAheadDays', { min: 1, max: 90 })}
        {number('unpaidOrderMinutes', { min: 1, max: 1440 })}
        {number('problemDays', { max: 30 })}
        {number('priceNoticeDays', { max: 60 })}
      </div>
      <TextField
        label={t('fields.servedPincodes')}
        hint={t('pincodesHint')}
        name="servedPincodes"
        defaultValue={settings.servedPincodes.join(', ')}
        required={false}
        error={wrong('/servedPincodes')}
      />
    </>
  );
}

export function MoneyPart({ settings }: Props) {
  const t = useTranslations('settings');
  return (
    <Part
      title={t('money')}
      input={(fields) => ({
        balanceShort: fields.text('balanceShort') as DairySettings['balanceShort'],
        graceLimit: fields.number('graceLimit'),
        retryAfterCutoffMinutes: fields.number('retryAfterCutoffMinutes'),
        instantCreditLimit: fields.number('instantCreditLimit'),
        instantCreditMonthly: fields.number('instantCreditMonthly'),
        roundCashTo: fields.number('roundCashTo'),
        mandateNoticeHours: fields.number('mandateNoticeHours'),
        dunningDays: listed(fields.text('dunningDays')).map(Number),
        withdrawals: fields.checked('withdrawals'),
      })}
    >
      {(wrong) => <MoneyFields settings={settings} wrong={wrong} />}
    </Part>
  );
}

function MoneyFields({ settings, wrong }: Props & { wrong: Wrong }) {
  const t = useTranslations('settings');
  const number = useNumberField(settings, wrong);
  const paise = { step: '0.01' };
  return (
    <>
      <Select
        label={t('fields.balanceShort')}
        name="balanceShort"
        defaultValue={settings.balanceShort}
        options={(['LINES', 'NONE', 'GRACE'] as const).map((value) => ({
          value,
          label: t(`short.${value}`),
        }))}
      />
      <div className="grid gap-3 sm:grid-cols-2">
        {number('graceLimit', paise)}
        {number('retryAfterCutoffMinutes', { max: 720 })}
        {number('instantCreditLimit', paise)}
        {number('instantCreditMonthly', paise)}
        {number('roundCashTo', { ...paise, max: 100 })}
        {number('mandateNoticeHours', { max: 168 })}
        <TextField
          label={t('fields.dunningDays')}
          hint={t('dunningHint')}
          name="dunningDays"
          defaultValue={settings.dunningDays.join(', ')}
          pattern="\s*(\d{1,2}[\s,]*)*"
          error={wrong('/dunningDays')}
        />
      </div>
      <Checkbox label={t('fields.withdrawals')} name="withdrawals" defaultChecked={settings.withdrawals} />
    </>
  );
}

export function MessagesPart({ settings }: Props) {
  const t = useTranslations('settings');
  const time = (name: string, value: string, wrong: Wrong, required = true) => (
    <TextField
      key={name}
      label={t(`fields.${name as 'lowBalanceTime'}`)}
      name={name}
      type="time"
      defaultValue={value}
      required={required}
      error={wrong(`/${name}`)}
    />
  );
  return (
    <Part
      title={t('messages')}
      input={(fields) => {
        const [from, to] = [fields.maybe('quietFrom'), fields.maybe('quietTo')];
        return {
          lowBalanceTime: fields.text('lowBalanceTime'),
          collectionTime: fields.text('collectionTime'),
          quietHours: from && to ? { from, to } : null,
        };
      }}
    >
      {(wrong) => (
        <div className="grid gap-3 sm:grid-cols-2">
          {time('lowBalanceTime', settings.lowBalanceTime, wrong)}
          {time('collectionTime', settings.collectionTime, wrong)}
          {time('quietFrom', settings.quietHours?.from ?? '', wrong, false)}
          {time('quietTo', settings.quietHours?.to ?? '', wrong, false)}
        </div>
      )}
    </Part>
  );
}

export function BasicsPart({ settings }: Props) {
  const t = useTranslations('settings');
  return (
    <Part
      title={t('basics')}
      input={(fields) => ({
        dairyName: fields.text('dairyName'),
        country: fields.text('country').toUpperCase(),
        currency: fields.text('currency') as DairySettings['currency'],
        timeZone: fields.text('timeZone'),
      })}
    >
      {(wrong) => (
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label={t('fields.dairyName')}
            name="dairyName"
            defaultValue={settings.dairyName}
            maxLength={80}
            required
            error={wrong('/dairyName')}
          />
          <TextField
            label={t('fields.country')}
            hint={t('countryHint')}
            name="country"
            defaultValue={settings.country}
            pattern="[A-Za-z]{2}"
            required
            error={wrong('/country')}
          />
          <Select
            label={t('fields.currency')}
            name="currency"
            defaultValue={settings.currency}
            error={wrong('/currency')}
            options={currencies.map((value) => ({ value, label: value }))}
          />
          <TextField
            label={t('fields.timeZone')}
            name="timeZone"
            defaultValue={settings.timeZone}
            list="time-zones"
            required
            error={wrong('/timeZone')}
          />
          <datalist id="time-zones">
            {Intl.supportedValuesOf('timeZone').map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
        </div>
      )}
    </Part>
  );
}

export function PapersPart({ settings: { seller, invoiceSeries: series } }: Props) {
  const t = useTranslations('settings');
  return (
    <Part
      title={t('papers')}
      input={(fields) => ({
        seller: {
          legalName: fields.maybe('legalName'),
          address: fields.maybe('address'),
          taxNumber: fields.maybe('taxNumber'),
          foodLicence: fields.maybe('foodLicence'),
        },
        invoiceSeries: {
          invoice: fields.text('invoice').toUpperCase(),
          creditNote: fields.text('creditNote').toUpperCase(),
          debitNote: fields.text('debitNote').toUpperCase(),
          yearStartMonth: fields.number('yearStartMonth'),
        },
      })}
    >
      {(wrong) => (
        <div className="grid gap-3 sm:grid-cols-2">
          {(['legalName', 'address', 'taxNumber', 'foodLicence'] as const).map((name) => (
            <TextField
              key={name}
              label={t(`fields.${name}`)}
              name={name}
              defaultValue={seller[name] ?? ''}
              required={false}
              error={wrong(`/seller/${name}`)}
            />
          ))}
          {(['invoice', 'creditNote', 'debitNote'] as const).map((name) => (
            <TextField
              key={name}
              label={t(`fields.${name}`)}
              name={name}
              defaultValue={series[name]}
              pattern="[A-Za-z0-9]{1,3}"
              required
              error={wrong(`/invoiceSeries/${name}`)}
            />
          ))}
          <TextField
            label={t('fields.yearStartMonth')}
            name="yearStartMonth"
            type="number"
            min="1"
            max="12"
            defaultValue={series.yearStartMonth}
            required
            error={wrong('/invoiceSeries/yearStartMonth')}
          />
        </div>
      )}
    </Part>
  );
}
