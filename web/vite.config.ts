import { fileURLToPath } from 'node:url';
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const folderOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** One build a door: `DOOR=shop vite build`. Each is a folder of static files that lives under the path of its name. */
export default defineConfig(({ command }) => {
  const door = process.env.DOOR ?? 'shop';
  return {
    root: folderOf(`./${door}`),
    base: `/${door}/`,
    publicDir: folderOf('./kit/public'),
    plugins: [react(), tailwind()],
    build: {
      outDir: folderOf(`./dist/${door}`),
      emptyOutDir: true,
      target: 'es2022',
      // The Content-Security-Policy allows files of this origin only: nothing is inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      license: false,
    },
    // `vite` beside a running `npm start`: the API is asked there.
    server: command === 'serve' ? { proxy: apiProxy() } : undefined,
  };
});

function apiProxy() {
  const target = process.env.API ?? 'http://127.0.0.1:8080';
  const paths = [
    'user',
    'product',
    'cart',
    'order',
    'payment',
    'delivery',
    'notification',
    'analytics',
    'admin',
  ];
  return Object.fromEntries([...paths, 'dairy', 'docs', 'inbox'].map((path) => [`/${path}`, { target }]));
}
