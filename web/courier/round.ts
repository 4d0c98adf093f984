import { useTranslations } from 'use-intl';
import { useFormats } from '../kit/formats.ts';
import { useToasts } from '../kit/ui/Toasts.tsx';
import { placeNow } from './phone/place.ts';
import { keepActions, ownerOf, takeBack, usePhone } from './phone/store.ts';
import { type Action, HOLD_MS, type Said, stepsTo } from './rules/outbox.ts';
import { type Standing, standingsOf } from './rules/stops.ts';

/** The stops of a day as they stand now, and since when the phone has them. */
export function useStandings(day: string): { standings: Standing[]; asOf: string | undefined } {
  const { sheets, actions } = usePhone();
  const sheet = sheets.find((one) => one.day === day);
  return { standings: standingsOf(sheet, actions), asOf: sheet?.asOf };
}

/** A stop of any day that the phone has. */
export function useStanding(deliveryId: string): { standing: Standing | undefined; day: string | undefined } {
  const { sheets, actions } = usePhone();
  const sheet = sheets.find(({ stops }) => stops.some((stop) => stop.deliveryId === deliveryId));
  const standing = standingsOf(sheet, actions).find(({ stop }) => stop.deliveryId === deliveryId);
  return { standing, day: sheet?.day };
}

/** The household's name, or where it lives where it has none. */
export const nameOf = ({ stop }: Standing) => stop.household.name ?? stop.address?.line1 ?? stop.orderId;

interface Done {
  what: Action['what'];
  said?: Said;
  photo?: Blob;
}

/** Keeps what the courier did at some stops; it can be taken back for some seconds. */
export function useRecord(): (standings: readonly Standing[], done: Done, text: string) => Promise<void> {
  const t = useTranslations('courier');
  const { say } = useToasts();
  return async (standings, done, text) => {
    const userId = ownerOf();
    if (!userId) return;
    const actions = standings.map((standing) => actionOf(userId, standing, done));
    await keepActions(actions, done.photo);
    const undo = async () => {
      const inTime = await takeBack(actions.map(({ id }) => id));
      say(inTime ? t('takenBack') : t('tooLate'), { bad: !inTime });
    };
    say(text, { undo: () => void undo() });
  };
}

function actionOf(userId: string, standing: Standing, { what, said = {}, photo }: Done): Action {
  const target = what === 'STARTED' ? 'IN_TRANSIT' : what;
  const steps = stepsTo(standing.status, target);
  const now = Date.now();
  const location = what === 'STARTED' ? undefined : placeNow();
  return {
    id: crypto.randomUUID(),
    userId,
    deliveryId: standing.stop.deliveryId,
    name: nameOf(standing),
    what,
    at: new Date(now).toISOString(),
    sendFrom: now + HOLD_MS,
    said: location ? { ...said, location } : said,
    sends: [...(photo ? (['PHOTO'] as const) : []), ...steps].map((step) => ({
      key: crypto.randomUUID(),
      step,
      isDone: false,
    })),
    tries: 0,
    waitUntil: 0,
  };
}

/** Today by the dairy's calendar, and the days around it of which the phone has stops to do. */
export function useDays(): { today: string; days: string[] } {
  const { sheets, actions } = usePhone();
  const { today } = useFormats();
  const now = today();
  const days = sheets
    .filter((sheet) => {
      const standings = standingsOf(sheet, actions);
      return sheet.day > now ? standings.length > 0 : standings.some(({ state }) => state === 'OPEN');
    })
    .map(({ day }) => day);
  return { today: now, days: [...new Set([...days, now])].sort() };
}
