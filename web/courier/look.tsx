import { Camera, Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { shrunk } from '../kit/picture.ts';
import { Button } from '../kit/ui/Button.tsx';

/** Takes a photo with the phone's camera, and shows it; made small before it is kept. */
export function PhotoField({
  photo,
  onChange,
}: {
  photo: Blob | undefined;
  onChange: (photo?: Blob) => void;
}) {
  const t = useTranslations('courier.stop');
  const [isUnreadable, setUnreadable] = useState(false);
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!photo) return setUrl(undefined);
    const made = URL.createObjectURL(photo);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  const take = (file: File | undefined) => {
    if (!file) return;
    setUnreadable(false);
    shrunk(file).then(onChange, () => setUnreadable(true));
  };
  return (
    <div className="grid gap-2">
      {url && (
        <div className="flex items-center gap-3">
          <img src={url} alt={t('photoTaken')} className="h-28 rounded-xl border border-line object-cover" />
          <Button className="min-h-14" onClick={() => onChange(undefined)}>
            <Trash2 aria-hidden="true" className="size-5" /> {t('photoAway')}
          </Button>
        </div>
      )}
      <label className="flex min-h-14 items-center justify-center gap-2 rounded-full border border-line-strong bg-paper px-4 font-semibold hover:bg-float-wash has-focus-visible:outline-3 has-focus-visible:outline-float">
        <Camera aria-hidden="true" /> {url ? t('photoAnew') : t('photo')}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          className="sr-only"
          onChange={(event) => take(event.target.files?.[0])}
        />
      </label>
      {isUnreadable && (
        <p role="alert" className="font-semibold text-berry">
          {t('photoUnreadable')}
        </p>
      )}
    </div>
  );
}
