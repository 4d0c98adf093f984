import '../kit/theme.css';
import { mount } from '../kit/mount.tsx';
import { App } from './App.tsx';
import en from './text/en.ts';

mount({ base: '/desk', words: { en, hi: () => import('./text/hi.ts') }, app: <App /> });
