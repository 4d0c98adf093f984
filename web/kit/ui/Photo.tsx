import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { askFile } from '../api/client.ts';
import { Await } from './States.tsx';

/** The photo that a courier took of a delivery; it is only given to who may see it, so it is not a plain address. */
export function Photo({ deliveryId }: { deliveryId: string }) {
  const t = useTranslations('kit');
  const file = useQuery({
    queryKey: ['photo', deliveryId],
    queryFn: () => askFile('GET /delivery/photo', { deliveryId }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!file.data) return;
    const made = URL.createObjectURL(file.data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file.data]);
  return (
    <Await query={file}>
      {() => url && <img src={url} alt={t('photo')} className="max-h-96 rounded-xl" />}
    </Await>
  );
}
