import { useTranslations } from 'use-intl';
import { LinkButton } from './Button.tsx';
import { Empty } from './States.tsx';

/** There is no such page; the way to the first one. */
export function NotFound() {
  const t = useTranslations('kit');
  return (
    <Empty title={t('pageNotFound')}>
      <LinkButton to="/" kind="primary">
        {t('home')}
      </LinkButton>
    </Empty>
  );
}
