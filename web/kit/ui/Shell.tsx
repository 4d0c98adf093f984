import { Menu, Moon, Sun, X } from 'lucide-react';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { Link, useLocation } from 'wouter';
import { useDairy } from '../dairy.ts';
import { languages, useLanguage } from '../text/Words.tsx';
import { useAppearance } from '../theme.ts';
import { Bottle } from './Bottle.tsx';
import { IconButton } from './Button.tsx';

export interface Place {
  to: string;
  label: string;
  icon: ReactNode;
  /** A figure that waits there. */
  count?: number;
}

const online = () => navigator.onLine;
function onLineChange(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
export const useOnline = () => useSyncExternalStore(onLineChange, online);

/** The frame of a door's pages: the dairy's name, where one can go, and the page itself. */
export function Shell({
  places,
  more = [],
  aside,
  children,
  side = false,
  offline,
}: {
  /** The four or five places that a thumb reaches. */
  places: readonly Place[];
  /** Further ones, behind the menu on a phone. */
  more?: readonly Place[];
  /** On the right of the head: a basket, who is signed in. */
  aside?: ReactNode;
  children: ReactNode;
  /** On a wide screen the places stand at the side, for doors with many. */
  side?: boolean;
  /** What it means here that there is no connection. */
  offline?: string;
}) {
  const t = useTranslations('kit');
  const dairy = useDairy();
  const isOnline = useOnline();
  const [location] = useLocation();
  const [open, setOpen] = useState(false);
  // A page that is gone to begins at its top, and its heading is read out.
  // biome-ignore lint/correctness/useExhaustiveDependencies: for each place
  useEffect(() => {
    setOpen(false);
    scrollTo(0, 0);
    if (document.activeElement !== document.body) document.getElementById('content')?.focus();
  }, [location]);
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      const isEscape = event instanceof KeyboardEvent && event.key === 'Escape';
      const isOutside = event.type === 'pointerdown' && !(event.target as Element).closest('header');
      if (isEscape || isOutside) setOpen(false);
    };
    addEventListener('keydown', away);
    addEventListener('pointerdown', away);
    return () => {
      removeEventListener('keydown', away);
      removeEventListener('pointerdown', away);
    };
  }, [open]);
  return (
    <div className={`grid min-h-dvh grid-rows-[auto_1fr] ${side ? 'lg:grid-cols-[15rem_1fr]' : ''}`}>
      <a
        href="#content"
        className="fixed start-3 top-2 z-50 -translate-y-20 rounded-full bg-ink px-4 py-2 text-cream focus:translate-y-0"
      >
        {t('skipToContent')}
      </a>
      <header className={`no-print sticky top-0 z-30 ${side ? 'lg:col-span-2' : ''}`}>
        <div className="bg-paper">
          <div className="mx-auto flex h-15 max-w-7xl items-center gap-2 px-4">
            <Link href="/" className="me-auto flex min-w-0 items-center gap-2 no-underline">
              <Bottle className="h-10 shrink-0" cap="gold" />
              <span className="truncate font-display text-xl font-extrabold text-float">{dairy.name}</span>
            </Link>
            {!side && (
              <nav aria-label={t('menu')} className="hidden gap-1 md:flex">
                {places.map((place) => (
                  <PlaceLink key={place.to} place={place} />
                ))}
              </nav>
            )}
            {aside}
            <IconButton
              label={t('menu')}
              aria-expanded={open}
              aria-controls="menu"
              onClick={() => setOpen(!open)}
              className={side ? 'lg:hidden' : ''}
            >
              {open ? <X aria-hidden="true" /> : <Menu aria-hidden="true" />}
            </IconButton>
          </div>
        </div>
        <div className="canopy" />
        {open && (
          <div
            id="menu"
            className="absolute inset-x-0 top-15 grid gap-4 border-b border-line bg-paper p-4 shadow-card md:start-auto md:end-4 md:w-80 md:rounded-b-2xl"
          >
            <nav aria-label={t('menu')} className="grid gap-1">
              {[...(side ? places : []), ...more].map((place) => (
                <PlaceLink key={place.to} place={place} />
              ))}
            </nav>
            <Comforts />
          </div>
        )}
      </header>
      {side && (
        <aside className="no-print hidden border-e border-line p-3 lg:block">
          <nav aria-label={t('menu')} className="sticky top-22 grid gap-1">
            {[...places, ...more].map((place) => (
              <PlaceLink key={place.to} place={place} />
            ))}
            <div className="mt-4 border-t border-line pt-4">
              <Comforts />
            </div>
          </nav>
        </aside>
      )}
      <main
        id="content"
        tabIndex={-1}
        className={`mx-auto w-full min-w-0 max-w-7xl px-4 pt-4 pb-28 outline-none ${side ? 'lg:pb-10' : 'md:pb-12'}`}
      >
        {!isOnline && (
          <p role="status" className="mb-3 rounded-xl bg-butter-wash px-4 py-2 font-semibold">
            {offline ?? t('offline')}
          </p>
        )}
        {children}
      </main>
      <nav
        aria-label={t('menu')}
        className={`no-print fixed inset-x-0 bottom-0 z-20 flex justify-around border-t border-line bg-paper pb-[env(safe-area-inset-bottom)] ${
          side ? 'lg:hidden' : 'md:hidden'
        }`}
      >
        {places.slice(0, 5).map((place) => (
          <TabLink key={place.to} place={place} />
        ))}
      </nav>
    </div>
  );
}

function isHere(to: string, location: string): boolean {
  return to === '/' ? location === '/' : location === to || location.startsWith(`${to}/`);
}

function PlaceLink({ place: { to, label, icon, count } }: { place: Place }) {
  const [location] = useLocation();
  return (
    <Link
      href={to}
      aria-current={isHere(to, location) ? 'page' : undefined}
      className="flex min-h-11 items-center gap-3 rounded-full px-4 font-semibold no-underline hover:bg-float-wash aria-[current=page]:bg-float-wash aria-[current=page]:text-float"
    >
      {icon}
      <span>{label}</span>
      {count ? <Count count={count} /> : null}
    </Link>
  );
}

function TabLink({ place: { to, label, icon, count } }: { place: Place }) {
  const [location] = useLocation();
  return (
    <Link
      href={to}
      aria-current={isHere(to, location) ? 'page' : undefined}
      className="relative grid min-h-14 min-w-16 flex-1 place-items-center content-center gap-0.5 px-1 text-xs font-semibold text-soft no-underline aria-[current=page]:text-float"
    >
      {icon}
      <span className="max-w-full truncate">{label}</span>
      {count ? (
        <span className="absolute start-1/2 top-1 ms-2">
          <Count count={count} />
        </span>
      ) : null}
    </Link>
  );
}

function Count({ count }: { count: number }) {
  return (
    <span className="figures grid min-w-5 place-items-center rounded-full bg-butter px-1.5 text-xs font-bold text-on-butter">
      {count}
    </span>
  );
}

/** Language and colours. */
function Comforts() {
  const t = useTranslations('kit');
  const { language, speak } = useLanguage();
  const [, choose] = useAppearance();
  const isDark = document.documentElement.dataset.theme === 'dark';
  return (
    <div className="flex items-center gap-2">
      <select
        aria-label={t('language')}
        value={language}
        onChange={(event) => speak(event.target.value as keyof typeof languages)}
        className="min-h-11 flex-1 rounded-full border border-line-strong bg-paper px-3"
      >
        {Object.entries(languages).map(([code, name]) => (
          <option key={code} value={code}>
            {name}
          </option>
        ))}
      </select>
      <IconButton label={t(isDark ? 'light' : 'dark')} onClick={() => choose(isDark ? 'light' : 'dark')}>
        {isDark ? <Sun aria-hidden="true" /> : <Moon aria-hidden="true" />}
      </IconButton>
    </div>
  );
}

/** A page's heading, with what one can do on it; also the title of the tab. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  const { name } = useDairy();
  useEffect(() => {
    document.title = `${title} · ${name}`;
  }, [title, name]);
  return (
    <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
      <h1 className="text-3xl">{title}</h1>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}
