import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { IntlProvider } from 'use-intl';
import kitEn, { type Words } from './en.ts';

export const languages = { en: 'English', hi: 'हिन्दी' } as const;
export type Language = keyof typeof languages;

/** The words of a door: English comes with it, other languages when they are chosen. */
export interface DoorWords<T> {
  en: T;
  hi: () => Promise<{ default: Words<T> }>;
}

const KEY = 'milkfloat.language';
const LanguageContext = createContext<{ language: Language; speak: (language: Language) => void }>({
  language: 'en',
  speak: () => undefined,
});
export const useLanguage = () => useContext(LanguageContext);

function firstLanguage(): Language {
  const chosen = localStorage.getItem(KEY) ?? navigator.language.slice(0, 2);
  return chosen === 'hi' ? 'hi' : 'en';
}

/** Gives all below it the words of a language, which people can change. */
export function WordsProvider<T extends object>({
  words,
  children,
}: {
  words: DoorWords<T>;
  children: ReactNode;
}) {
  const english = useMemo(() => ({ ...kitEn, ...words.en }), [words]);
  const [language, setLanguage] = useState<Language>(firstLanguage);
  const [spoken, setSpoken] = useState<{ language: Language; messages: object }>(() => ({
    language: 'en',
    messages: english,
  }));
  useEffect(() => {
    let isOver = false;
    document.documentElement.lang = language;
    if (language === 'en') setSpoken({ language, messages: english });
    else
      void Promise.all([import('./hi.ts'), words.hi()]).then(([kit, door]) => {
        if (!isOver) setSpoken({ language, messages: { ...kit.default, ...door.default } });
      });
    return () => {
      isOver = true;
    };
  }, [language, english, words]);
  const choice = useMemo(
    () => ({
      language,
      speak: (next: Language) => {
        localStorage.setItem(KEY, next);
        setLanguage(next);
      },
    }),
    [language],
  );
  // Words that come a moment later would show as another language first.
  if (spoken.language !== language) return null;
  return (
    <LanguageContext value={choice}>
      <IntlProvider locale={language} messages={spoken.messages as never} timeZone="UTC">
        {children}
      </IntlProvider>
    </LanguageContext>
  );
}
