import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLocation } from 'wouter';
import { ask } from '../../kit/api/client.ts';
import type { Profile } from '../../kit/api/doors.gen.ts';
import { useChange } from '../../kit/api/hooks.ts';
import { endSession } from '../../kit/api/session.ts';
import { saveFile } from '../../kit/files.ts';
import { useRefusalText } from '../../kit/text/refusals.ts';
import { Button } from '../../kit/ui/Button.tsx';
import { TextField } from '../../kit/ui/Field.tsx';
import { Card } from '../../kit/ui/Figures.tsx';
import { Failure } from '../../kit/ui/States.tsx';
import { useToasts } from '../../kit/ui/Toasts.tsx';

/** Everything that is held on a household as a file, and the erasure that cannot be taken back. */
export function Leaving({ profile }: { profile: Profile }) {
  const t = useTranslations('account');
  const { say } = useToasts();
  const text = useRefusalText();
  const client = useQueryClient();
  const [, go] = useLocation();
  const [typed, setTyped] = useState('');
  const erase = useChange('DELETE /user/profile');
  const download = async () => {
    try {
      const all = JSON.stringify(await ask('GET /user/export', {}), null, 2);
      saveFile(new Blob([all], { type: 'application/json' }), 'milkfloat.json');
    } catch (error) {
      say(text(error), { bad: true });
    }
  };
  const leave = () => {
    endSession();
    client.clear();
    go('/');
    say(t('erased'));
  };
  // Who has no e-mail address types the telephone number.
  const sure = profile.email ?? profile.phone ?? '';
  const isSure = typed.trim().toLowerCase() === sure.toLowerCase() && typed.trim() !== '';
  return (
    <Card title={t('yours')}>
      <Button onClick={() => void download()}>{t('export')}</Button>
      <details>
        <summary className="font-semibold text-berry">{t('erase')}</summary>
        <div className="mt-3 grid gap-3">
          <p className="text-soft">{t('eraseText')}</p>
          <TextField
            label={t(profile.email ? 'eraseSure' : 'eraseSurePhone')}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
          {erase.refusal && <Failure error={erase.refusal} />}
          <Button
            kind="danger"
            disabled={!isSure}
            busy={erase.busy}
            onClick={() => erase.change({}, { done: leave })}
          >
            {t('erase')}
          </Button>
        </div>
      </details>
    </Card>
  );
}
