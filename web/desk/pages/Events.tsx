import { useTranslations } from 'use-intl';
import { useChange, useDoor, useDoorPages } from '../../kit/api/hooks.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Choices } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { More, Waiting } from '../../kit/ui/Pages.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';

import { Table } from '../../kit/ui/Table.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';
import { DayBar, useShown, useShownDay } from '../DayBar.tsx';
import { LOOK_MS } from '../look.ts';
import type en from '../text/back.en.ts';

/** What went wrong behind the scenes, and who did what. */
export default function Events() {
  const t = useTranslations('events');
  return (
    <>
      <PageHead title={t('title')} />
      <div className="grid gap-4">
        <Letters />
        <Trail />
      </div>
    </>
  );
}

function Letters() {
  const t = useTranslations('events');
  const { moment } = useFormats();
  const { say } = useToasts();
  const text = useRefusalText();
  const { shown, set } = useShown();
  const status = shown('letters') === 'REPLAYED' ? 'REPLAYED' : 'OPEN';
  const pages = useDoorPages('GET /admin/dead-letters', { status, limit: 50 }, { everyMs: LOOK_MS });
  const replay = useChange('POST /admin/dead-letters/replay', { stale: ['GET /admin/dead-letters'] });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  const again = (input: { deadLetterId: string } | { all: true }) =>
    replay.change(input, {
      done: ({ replayed, more }) => say(t(more ? 'replayedSome' : 'replayed', { count: replayed })),
      refused: (why) => say(text(why), { bad: true }),
    });
  return (
    <Card
      title={t('letters')}
      aside={
        status === 'OPEN' &&
        rows &&
        rows.length > 0 && (
          <Button size="small" kind="primary" busy={replay.busy} onClick={() => again({ all: true })}>
            {t('replayAll')}
          </Button>
        )
      }
    >
      <p className="text-soft">{t('lettersText')}</p>
      <Choices
        label={t('which')}
        columns="grid-cols-2 max-w-md"
        value={status}
        onChange={(value) => set({ letters: value === 'OPEN' ? undefined : value })}
        choices={[
          { value: 'OPEN', label: t('open') },
          { value: 'REPLAYED', label: t('done') },
        ]}
      />
      <Waiting pages={pages} lines={2} />
      {rows?.length === 0 && <p className="font-semibold text-meadow">{t('noLetters')}</p>}
      {rows && rows.length > 0 && (
        <Table
          caption={t('letters')}
          rows={rows}
          keyOf={({ deadLetterId }) => deadLetterId}
          columns={[
            { label: t('event'), of: ({ eventType }) => eventType },
            { label: t('consumer'), of: ({ consumer }) => consumer },
            { label: t('reason'), of: ({ reason }) => reason },
            { label: t('tries'), end: true, of: ({ tries }) => tries },
            { label: t('since'), of: ({ createdAt }) => moment(createdAt) },
            {
              label: t('whole'),
              of: ({ event }) => (
                <details>
                  <summary>{t('show')}</summary>
                  <pre className="max-w-md overflow-x-auto rounded-xl bg-cream p-2 text-xs">
                    {JSON.stringify(event, null, 2)}
                  </pre>
                </details>
              ),
            },
            ...(status === 'OPEN'
              ? [
                  {
                    label: t('deeds'),
                    bare: true,
                    of: ({ deadLetterId }: { deadLetterId: string }) => (
                      <Button size="small" busy={replay.busy} onClick={() => again({ deadLetterId })}>
                        {t('replay')}
                      </Button>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      <More pages={pages} small />
    </Card>
  );
}

/** Who did something: staff and couriers by their names. */
function Actor({ userId, role }: { userId: string; role: string }) {
  const t = useTranslations('events');
  const couriers = useDoor('GET /admin/users', { role: 'courier' }).data ?? [];
  const admins = useDoor('GET /admin/users', { role: 'admin' }).data ?? [];
  const name = [...couriers, ...admins].find((one) => one.userId === userId)?.name;
  const known = role as keyof typeof en.events.roles;
  return (
    <span className="wrap-anywhere">
      {name ?? userId}{' '}
      <span className="text-sm text-soft">{t.has(`roles.${known}`) ? t(`roles.${known}`) : role}</span>
    </span>
  );
}

function Trail() {
  const t = useTranslations('events');
  const { time } = useFormats();
  const [day, setDay] = useShownDay();
  const pages = useDoorPages('GET /admin/audit', { day, limit: 50 });
  const rows = pages.data?.pages.flatMap((page) => page.rows);
  return (
    <Card title={t('trail')} aside={<DayBar day={day} onChange={setDay} />}>
      <Waiting pages={pages} lines={4} />
      {rows?.length === 0 && <p className="text-soft">{t('noTrail')}</p>}
      {rows && rows.length > 0 && (
        <Table
          caption={t('trail')}
          rows={rows}
          keyOf={({ auditId }) => auditId}
          columns={[
            { label: t('action'), of: ({ action }) => action },
            { label: t('at'), of: ({ at }) => time(at) },
            { label: t('actor'), of: ({ actorId, role }) => <Actor userId={actorId} role={role} /> },
            {
              label: t('targets'),
              of: ({ targets }) =>
                targets.length <= 2 ? (
                  <span className="wrap-anywhere text-sm">{targets.join(', ')}</span>
                ) : (
                  <details className="wrap-anywhere text-sm">
                    <summary>{t('more', { first: targets[0] ?? '', count: targets.length - 1 })}</summary>
                    {targets.join(', ')}
                  </details>
                ),
            },
            { label: t('note'), of: ({ note }) => note },
          ]}
        />
      )}
      <More pages={pages} small />
    </Card>
  );
}
