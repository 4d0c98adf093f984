import { Download as Icon } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { askFile, type DoorName, type Input } from '../kit/api/client.ts';
import { saveFile } from '../kit/files.ts';
import { useRefusalText } from '../kit/text/refusals.ts';
import { Button } from '../kit/ui/Button.tsx';
import { useToasts } from '../kit/ui/Toasts.tsx';

/** Saves a door's answer as a file. */
export function Download<N extends DoorName>({
  door,
  input,
  name,
  label = 'CSV',
}: {
  door: N;
  input: Input<N>;
  name: string;
  label?: string;
}) {
  const t = useTranslations('desk');
  const { say } = useToasts();
  const text = useRefusalText();
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      saveFile(await askFile(door, input), name);
    } catch (error) {
      say(text(error), { bad: true });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      className="no-print"
      busy={busy}
      aria-label={t('download', { label })}
      onClick={() => void save()}
    >
      {!busy && <Icon className="size-4" aria-hidden="true" />}
      {label}
    </Button>
  );
}
