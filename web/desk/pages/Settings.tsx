import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Input, Output } from '../../kit/api/client.ts';
import { useDoor } from '../../kit/api/hooks.ts';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm, type Fields } from '../../kit/ui/Form.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { CutoffsPart, HolidaysPart, SlotsPart } from '../settings/Days.tsx';
import { BasicsPart, MessagesPart, MoneyPart, OrdersPart, PapersPart } from '../settings/Parts.tsx';

export type DairySettings = Output<'GET /admin/settings'>;

/** What the dairy decides for itself, a card for each kind. */
export default function Settings() {
  const t = useTranslations('settings');
  const settings = useDoor('GET /admin/settings', {});
  return (
    <>
      <PageHead title={t('title')} />
      <Await query={settings}>
        {(is) => (
          <div className="wall">
            <SlotsPart settings={is} />
            <HolidaysPart settings={is} />
            <CutoffsPart settings={is} />
            <OrdersPart settings={is} />
            <MoneyPart settings={is} />
            <MessagesPart settings={is} />
            <BasicsPart settings={is} />
            <PapersPart settings={is} />
          </div>
        )}
      </Await>
    </>
  );
}

/** A card of settings that are saved together. */
export function Part({
  title,
  input,
  children,
}: {
  title: string;
  input: (fields: Fields) => Input<'PATCH /admin/settings'>;
  children: (wrong: (pointer: string) => string | undefined) => ReactNode;
}) {
  const t = useTranslations('settings');
  const { say } = useToasts();
  return (
    <Card title={title}>
      <DoorForm
        door="PATCH /admin/settings"
        stale={['GET /admin/settings', 'GET /dairy', 'GET /order/slots']}
        input={input}
        done={() => say(t('saved'))}
      >
        {children}
      </DoorForm>
    </Card>
  );
}
