import { QueryClientProvider } from '@tanstack/react-query';
import { Component, type ReactNode, StrictMode, Suspense } from 'react';
import { createRoot } from 'react-dom/client';
import { useTranslations } from 'use-intl';
import { Router } from 'wouter';
import { makeQueryClient } from './api/hooks.ts';
import { DairyProvider } from './dairy.ts';
import { type DoorWords, WordsProvider } from './text/Words.tsx';
import { type Appearance, startTheme } from './theme.ts';
import { Button } from './ui/Button.tsx';
import { Skeleton } from './ui/States.tsx';
import { ToastProvider } from './ui/Toasts.tsx';

/** Puts a door onto its page: words, colours, data, messages and routes. */
export function mount<T extends object>({
  base,
  words,
  app,
  appearance,
  messages,
}: {
  base: string;
  words: DoorWords<T>;
  app: ReactNode;
  appearance?: Appearance;
  /** Where short messages stand. */
  messages?: 'head' | 'foot';
}): void {
  startTheme(appearance);
  const root = document.getElementById('root');
  if (!root) throw new Error('the page has no #root');
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={makeQueryClient()}>
        <WordsProvider words={words}>
          <Boundary>
            <DairyProvider>
              {(failed) =>
                failed ? (
                  <Broken />
                ) : (
                  <ToastProvider place={messages}>
                    <Router base={base}>
                      <Suspense fallback={<Skeleton />}>{app}</Suspense>
                    </Router>
                  </ToastProvider>
                )
              }
            </DairyProvider>
          </Boundary>
        </WordsProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
}

/** Says that a page broke, and loads it anew; a new release takes away the files of the old one. */
class Boundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useTranslations('kit');
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-4 p-6 text-center">
      <h1 className="text-2xl">{t('broken')}</h1>
      <Button kind="primary" onClick={() => location.reload()}>
        {t('tryAgain')}
      </Button>
    </main>
  );
}
