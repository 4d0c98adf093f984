import { useTranslations } from 'use-intl';
import { useDoor } from '../../kit/api/hooks.ts';
import { LinkButton } from '../../kit/ui/Button.tsx';
import { PageHead } from '../../kit/ui/Shell.tsx';
import { Await, Empty } from '../../kit/ui/States.tsx';
import { ProblemList } from '../order/ProblemList.tsx';

/** All that a household has reported, the newest first. */
export default function Problems() {
  const t = useTranslations('problems');
  const orders = useTranslations('shop.nav');
  const mine = useDoor('GET /order/problems', {});
  return (
    <>
      <PageHead title={t('mine')} />
      <Await query={mine}>
        {(reports) =>
          reports.length === 0 ? (
            <Empty title={t('none')}>
              {t('noneText')}
              <LinkButton to="/orders">{orders('orders')}</LinkButton>
            </Empty>
          ) : (
            <div className="card p-4">
              <ProblemList reports={reports} />
            </div>
          )
        }
      </Await>
    </>
  );
}
