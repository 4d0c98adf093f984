import { useTranslations } from 'use-intl';
import { Link } from 'wouter';
import { Button } from '../../kit/ui/Button.tsx';
import { PageHead, useOnline } from '../../kit/ui/Shell.tsx';
import { Empty } from '../../kit/ui/States.tsx';
import { wakeNow } from '../phone/sender.ts';
import { usePhone } from '../phone/store.ts';
import { unsentOf } from '../rules/outbox.ts';
import { UnsentAction } from './Told.tsx';

/** What the dairy does not know yet, and why. */
export function Unsent() {
  const t = useTranslations('courier.unsent');
  const { actions, othersUnsent } = usePhone();
  const isOnline = useOnline();
  const unsent = unsentOf(actions);
  return (
    <>
      <PageHead title={t('title')} />
      {othersUnsent > 0 && (
        <p className="mb-4 rounded-xl bg-butter-wash px-4 py-3 font-semibold">
          {t('others', { count: othersUnsent })}
        </p>
      )}
      {unsent.length === 0 && <Empty title={t('none')}>{t('noneText')}</Empty>}
      <ol className="grid gap-3">
        {unsent.map((action) => (
          <li key={action.id} className="card grid gap-2 p-4">
            <Link href={`/stop/${action.deliveryId}`} className="py-2 text-xl font-bold">
              {action.name}
            </Link>
            <UnsentAction action={action} />
          </li>
        ))}
      </ol>
      {unsent.length > 0 && isOnline && (
        <div className="thumb-bar">
          <Button kind="primary" size="large" wide className="min-h-16" onClick={wakeNow}>
            {t('sendNow')}
          </Button>
        </div>
      )}
    </>
  );
}
