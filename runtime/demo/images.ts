/** Draws a product's picture: a self-contained SVG made by code from the product's `art`. */

import type { BakeryArt } from './art/bakery.ts';
import { drawBakery } from './art/bakery.ts';
import type { DairyArt } from './art/dairy.ts';
import { drawDairy } from './art/dairy.ts';
import type { PackArt } from './art/packs.ts';
import { drawPack } from './art/packs.ts';
import { at, disc, faint, Pen, path, stroke } from './art/pen.ts';
import type { ProduceArt } from './art/produce.ts';
import { drawProduce } from './art/produce.ts';
import type { Prop } from './art/props.ts';
import { prop } from './art/props.ts';
import type { DemoProduct } from './catalogue.ts';

export type Tone = 'sky' | 'sage' | 'blush' | 'butter' | 'clay' | 'lilac' | 'mint';

/** What to draw, on which coloured sun, how large, and what stands beside it. */
export type Art = (PackArt | DairyArt | BakeryArt | ProduceArt) & {
  tone: Tone;
  scale?: number;
  beside?: Prop;
  /** The colour in the glass or spoon beside it. */
  pour?: string;
};

const tones: Record<Tone, string> = {
  sky: '#c3d9e2',
  sage: '#cbdab5',
  blush: '#f1cdc0',
  butter: '#f6da92',
  clay: '#e8c3a0',
  lilac: '#d9cde3',
  mint: '#c4ddd0',
};

const GROUND = 342;

/** How much low things are enlarged, so that every picture fills its sun. */
const stature: Partial<Record<Art['shape'], number>> = {
  tub: 1.24,
  cup: 1.34,
  clayPot: 1.34,
  carton: 1.14,
  tin: 1.16,
  jar: 1.16,
  mozzarella: 1.16,
  block: 1.12,
  eggs: 1.12,
  wedge: 1.1,
  wheel: 1.1,
  butter: 1.08,
  cookies: 1.08,
  loaf: 1,
  cake: 1.04,
  potato: 1.12,
  onion: 1.1,
  tomato: 1.1,
  apple: 1.1,
  pomegranate: 1.12,
  tenderCoconut: 1.04,
  spinach: 1.06,
  coriander: 1.06,
  carrot: 1,
  mangoes: 1,
  flatbread: 1.12,
};

function shapeOf(pen: Pen, art: Art): string {
  switch (art.shape) {
    case 'bottle':
    case 'pouch':
    case 'tub':
    case 'cup':
    case 'clayPot':
    case 'jar':
    case 'tin':
    case 'carton':
    case 'cerealBox':
    case 'packet':
    case 'sack':
      return drawPack(pen, art);
    case 'butter':
    case 'block':
    case 'wedge':
    case 'wheel':
    case 'slices':
    case 'mozzarella':
    case 'eggs':
      return drawDairy(pen, art);
    case 'loaf':
    case 'boule':
    case 'cake':
    case 'pav':
    case 'buns':
    case 'croissant':
    case 'cookies':
    case 'rusk':
    case 'flatbread':
      return drawBakery(pen, art);
    default:
      return drawProduce(pen, art);
  }
}

/** Warm paper, a coloured sun and the table the product stands on. */
function scene(pen: Pen, tone: Tone): string {
  return [
    path('M0 0H400V400H0Z', pen.down('#fbf5e8', '#f5ead4')),
    disc(200, 184, 146, tones[tone]),
    disc(
      200,
      184,
      146,
      pen.across(
        [
          [0, '#ffffff', 0.3],
          [1, '#ffffff', 0],
        ],
        [0, 0, 1, 1],
      ),
    ),
    disc(200, 184, 158, 'none', `stroke="${tones[tone]}" stroke-width="2" opacity="0.6"`),
    path('M0 304Q200 288 400 304V400H0Z', pen.down('#ecdab8', '#e2cba3')),
    stroke('M0 304Q200 288 400 304', '#fff8e6', 2.5, faint(0.8)),
    stroke('M0 372Q200 356 400 372M0 382Q200 366 400 382', '#fff8e6', 2, faint(0.45)),
  ].join('');
}

export function drawProduct(product: DemoProduct): string {
  const { art } = product;
  const pen = new Pen(product.productId);
  const x = art.beside === undefined ? 200 : 166;
  const content = [
    scene(pen, art.tone),
    at(x, GROUND, shapeOf(pen, art), 0, (stature[art.shape] ?? 1.08) * (art.scale ?? 1)),
    art.beside === undefined
      ? ''
      : at(308, GROUND + 14, prop(pen, art.beside, art.pour ?? '#fdf8ec'), 0, 1.16),
  ]
    .join('')
    .replace(/\d+\.\d{3,}/g, (long) => `${Math.round(Number(long) * 100) / 100}`);
  const name = product.name.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" width="400" height="400" role="img" ' +
    `aria-label="${name}">${pen.defs}${content}</svg>`
  );
}
