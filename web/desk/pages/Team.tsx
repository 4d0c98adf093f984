import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useChange, useDoor } from '../../kit/api/hooks.ts';
import { useSession } from '../../kit/api/session.ts';
import { useFormats } from '../../kit/formats.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { Select, TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { DoorForm } from '../../kit/ui/Form.tsx';
import { Sheet } from '../../kit/ui/Sheet.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await } from '../../kit/ui/States.tsx';
import { Table } from '../../kit/ui/Table.tsx';
import { Tag } from '../../kit/ui/Tag.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

const roles = ['courier', 'admin'] as const;
type Role = (typeof roles)[number];
const stale = ['GET /admin/users', 'GET /admin/board', 'GET /admin/deliveries'] as const;

/** Couriers and staff of the desk. */
export default function Team() {
  const t = useTranslations('team');
  const [adding, setAdding] = useState(false);
  return (
    <>
      <PageHead title={t('title')}>
        <Button kind="primary" onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      </PageHead>
      <div className="grid gap-4">
        {roles.map((role) => (
          <People key={role} role={role} />
        ))}
      </div>
      <Sheet title={t('add')} open={adding} onClose={() => setAdding(false)}>
        <AddPerson done={() => setAdding(false)} />
      </Sheet>
    </>
  );
}

function People({ role }: { role: Role }) {
  const t = useTranslations('team');
  const { say } = useToasts();
  const text = useRefusalText();
  const { day, dayOf } = useFormats();
  const me = useSession()?.userId;
  const people = useDoor('GET /admin/users', { role });
  const change = useChange('PATCH /admin/user', { stale });
  const set = (userId: string, name: string, active: boolean) =>
    change.change(
      { userId, active },
      {
        done: () =>
          say(t(active ? 'isBack' : 'isOut', { name }), {
            undo: () => set(userId, name, !active),
          }),
        refused: (why) => say(text(why), { bad: true }),
      },
    );
  return (
    <Card title={t(role)}>
      <Await query={people}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="text-soft">{t('none')}</p>
          ) : (
            <Table
              caption={t(role)}
              rows={rows}
              keyOf={({ userId }) => userId}
              columns={[
                { label: t('name'), of: ({ name, userId }) => name ?? userId },
                { label: t('email'), of: ({ email }) => email },
                { label: t('phone'), of: ({ phone }) => phone },
                { label: t('since'), of: ({ createdAt }) => day(dayOf(createdAt)) },
                {
                  label: t('state'),
                  of: ({ active }) => (
                    <Tag tone={active ? 'good' : 'bad'}>{t(active ? 'active' : 'out')}</Tag>
                  ),
                },
                {
                  label: t('deeds'),
                  bare: true,
                  of: ({ userId, name = userId, active }) =>
                    userId === me ? (
                      t('you')
                    ) : (
                      <Button
                        size="small"
                        kind={active ? 'danger' : 'quiet'}
                        busy={change.busy}
                        onClick={() => set(userId, name, !active)}
                      >
                        {t(active ? 'lockOut' : 'letIn')}
                      </Button>
                    ),
                },
              ]}
            />
          )
        }
      </Await>
    </Card>
  );
}

function AddPerson({ done }: { done: () => void }) {
  const t = useTranslations('team');
  const { say } = useToasts();
  return (
    <DoorForm
      door="POST /admin/user"
      stale={stale}
      submit={t('add')}
      input={(fields) => ({
        name: fields.text('name'),
        email: fields.text('email'),
        password: fields.text('password'),
        phone: fields.maybe('phone'),
        role: fields.text('role') as Role,
      })}
      done={(_, { name }) => {
        say(t('added', { name }));
        done();
      }}
    >
      {(wrong) => (
        <>
          <Select
            label={t('role')}
            name="role"
            options={roles.map((value) => ({ value, label: t(`roles.${value}`) }))}
          />
          <TextField label={t('name')} name="name" required maxLength={120} error={wrong('/name')} />
          <TextField label={t('email')} name="email" type="email" required error={wrong('/email')} />
          <TextField label={t('phone')} name="phone" type="tel" required={false} error={wrong('/phone')} />
          <TextField
            label={t('password')}
            hint={t('passwordHint')}
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={6}
            required
            error={wrong('/password')}
          />
        </>
      )}
    </DoorForm>
  );
}
