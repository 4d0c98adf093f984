import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useTranslations } from 'use-intl';

interface Toast {
  id: number;
  text: string;
  undo?: () => void;
  bad?: boolean;
}

interface Toasts {
  /** Says what was done; with `undo` it can be taken back for some seconds. */
  say: (text: string, more?: { undo?: () => void; bad?: boolean }) => void;
}

const SHOWN_MS = 6_000;
const UNDO_MS = 12_000;
/** Leads to what can be undone: by Tab it may be gone before one comes there. */
const KEY = 'F6';
const ToastsContext = createContext<Toasts>({ say: () => undefined });
export const useToasts = () => useContext(ToastsContext);

/**
 * Short messages at the foot of the page, read out by screen readers; at its head, one at a time, where buttons stand at
 * the foot. None goes while a pointer or the focus is there.
 */
export function ToastProvider({
  children,
  place = 'foot',
}: {
  children: ReactNode;
  place?: 'head' | 'foot';
}) {
  const t = useTranslations('kit');
  const [shown, setShown] = useState<Toast[]>([]);
  const next = useRef(0);
  const region = useRef<HTMLElement>(null);
  /** Where the focus came from: it goes back there when the button that it is on is gone. */
  const before = useRef<Element>(null);
  const drop = useCallback((id: number) => setShown((some) => some.filter((toast) => toast.id !== id)), []);
  const say = useCallback<Toasts['say']>(
    (text, more = {}) => {
      const id = next.current++;
      setShown((some) => [...(place === 'head' ? [] : some.slice(-2)), { id, text, ...more }]);
      const end = () => {
        if (isLookedAt(region.current)) setTimeout(end, 1_000);
        else drop(id);
      };
      setTimeout(end, more.undo ? UNDO_MS : SHOWN_MS);
    },
    [drop, place],
  );
  const toasts = useMemo(() => ({ say }), [say]);
  useEffect(() => {
    const lead = (event: KeyboardEvent) => {
      const undo = [...(region.current?.querySelectorAll('button') ?? [])].at(-1);
      if (event.key !== KEY || !undo) return;
      event.preventDefault();
      undo.focus();
    };
    addEventListener('keydown', lead);
    return () => removeEventListener('keydown', lead);
  }, []);
  return (
    <ToastsContext value={toasts}>
      {children}
      <section
        ref={region}
        aria-live="polite"
        aria-label={t('messages')}
        onFocus={({ relatedTarget }) => {
          if (!region.current?.contains(relatedTarget)) before.current = relatedTarget;
        }}
        className={`pointer-events-none fixed inset-x-0 z-50 grid justify-items-center gap-2 px-4 ${
          place === 'head' ? 'top-20' : 'bottom-20 md:bottom-6'
        }`}
      >
        {shown.map(({ id, text, undo, bad }) => (
          <div
            key={id}
            className={`pointer-events-auto flex max-w-md animate-[rise_200ms_var(--ease-pour)] items-center gap-3 rounded-full px-5 py-2 shadow-card ${
              bad ? 'bg-berry text-paper' : 'bg-ink text-cream'
            }`}
          >
            <span>{text}</span>
            {undo && (
              <button
                type="button"
                aria-keyshortcuts={KEY}
                className={`flex shrink-0 items-center gap-2 rounded-full px-3 font-bold underline ${place === 'head' ? 'min-h-14 min-w-14' : 'min-h-9'}`}
                onClick={() => {
                  drop(id);
                  undo();
                  if (before.current instanceof HTMLElement) before.current.focus();
                }}
              >
                {t('undo')}
                <span
                  aria-hidden="true"
                  className="hidden text-sm font-normal no-underline opacity-70 pointer-fine:inline"
                >
                  {KEY}
                </span>
              </button>
            )}
          </div>
        ))}
      </section>
    </ToastsContext>
  );
}

/** Whether the focus is in it, or a pointer that can stay somewhere: a finger leaves its place marked when it is gone. */
function isLookedAt(region: HTMLElement | null): boolean {
  const hovers = matchMedia('(hover: hover)').matches && region?.matches(':hover');
  return hovers || region?.matches(':focus-within') || false;
}
