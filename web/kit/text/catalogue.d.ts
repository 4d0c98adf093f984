import 'use-intl';
import type courier from '../../courier/text/en.ts';
import type desk from '../../desk/text/en.ts';
import type shop from '../../shop/text/en.ts';
import type kit from './en.ts';

declare module 'use-intl' {
  interface AppConfig {
    Locale: 'en' | 'hi';
    Messages: typeof kit & typeof shop & typeof desk & typeof courier;
  }
}
