import '../kit/theme.css';
import { mount } from '../kit/mount.tsx';
import { App } from './App.tsx';
import { startPlace } from './phone/place.ts';
import { startSender } from './phone/sender.ts';
import { read } from './phone/store.ts';
import { startUpdates } from './phone/updates.ts';
import en from './text/en.ts';

/** Milk comes before the sun: until seven, and from seven in the evening, the page is dark unless one chose. */
const hour = new Date().getHours();
const isNight = hour < 7 || hour >= 19;

startUpdates();
startPlace();
void read().then(startSender);
mount({
  base: '/courier',
  words: { en, hi: () => import('./text/hi.ts') },
  app: <App />,
  messages: 'head',
  appearance: isNight ? 'dark' : 'system',
});
