/** Loaves and cake, and what the art of anything baked says. */
import { buns, cookies, croissant, flatbread, pav, rusk } from './buns.ts';
import { board } from './dairy.ts';
import type { Pen } from './pen.ts';
import { at, dice, disc, faint, oval, path, shade, stroke, tint } from './pen.ts';

export type BakeryArt =
  | { shape: 'loaf'; crust: string; crumb: string; seeds?: string }
  | { shape: 'boule'; crust: string; crumb: string }
  | { shape: 'cake'; crust: string; crumb: string; bits: string }
  | { shape: 'pav'; crust: string }
  | { shape: 'buns'; crust: string }
  | { shape: 'croissant'; crust: string }
  | { shape: 'cookies'; dough: string; bits: string }
  | { shape: 'rusk'; crust: string }
  | { shape: 'flatbread'; dough: string };

export type BakeryOf<Shape extends BakeryArt['shape']> = Extract<BakeryArt, { shape: Shape }>;

const slice =
  'M-56 0Q-62 0 -62 -7L-62 -66C-84 -80 -78 -122 -40 -124C-16 -132 16 -132 40 -124' +
  'C78 -122 84 -80 62 -66L62 -7Q62 0 56 0Z';

export function pores(
  seed: string,
  color: string,
  [x, y, w, h]: readonly [number, number, number, number],
  count: number,
  big = 3,
): string {
  const roll = dice(seed);
  return Array.from({ length: count }, () =>
    oval(
      Math.round(x + roll() * w),
      Math.round(y + roll() * h),
      1.2 + roll() * big,
      1 + roll() * big * 0.6,
      shade(color, 0.1 + roll() * 0.12),
      faint(0.6),
    ),
  ).join('');
}

/** One slice face on: crust, crumb and its pores. */
function face(pen: Pen, crust: string, crumb: string, seeds?: string): string {
  const inner = at(0, -4, path(slice, pen.down(tint(crumb, 0.3), crumb)), 0, 0.9);
  const roll = dice(`${pen.seed}seed`);
  const dots =
    seeds === undefined
      ? ''
      : Array.from({ length: 16 }, () =>
          at(
            Math.round(roll() * 92 - 46),
            Math.round(-14 - roll() * 92),
            oval(0, 0, 3, 1.7, seeds),
            Math.round(roll() * 180),
          ),
        ).join('');
  return (
    path(slice, pen.down(crust, shade(crust, 0.1))) +
    inner +
    pores(pen.seed, crumb, [-48, -104, 96, 92], 46) +
    dots
  );
}

function loaf(pen: Pen, art: BakeryOf<'loaf'>): string {
  const roll = dice(`${pen.seed}top`);
  const body = Array.from({ length: 12 }, (_, index) => {
    const back = 12 - index;
    const tone = index % 2 ? art.crust : shade(art.crust, 0.1);
    const oats =
      art.seeds === undefined
        ? ''
        : Array.from({ length: 5 }, () =>
            at(
              Math.round(roll() * 100 - 50),
              Math.round(-122 + roll() * 8),
              oval(0, 0, 3.4, 1.6, tint(art.seeds ?? '', 0.2)),
              Math.round(roll() * 60 - 30),
            ),
          ).join('');
    return at(
      back * 8.6,
      -back * 2.1,
      path(
        slice,
        pen.across([
          [0, tint(tone, 0.22)],
          [0.5, tone],
          [1, shade(tone, 0.28)],
        ]),
      ) + oats,
    );
  });
  return [
    board(pen, 140),
    at(-34, -20, [
      path('M-60 0H70L150 -46H20Z', '#5a3d2b', faint(0.25)),
      ...body,
      face(pen, art.crust, art.crumb, art.seeds),
    ]),
    at(
      -72,
      0,
      at(
        0,
        0,
        [at(5, -1, path(slice, shade(art.crust, 0.2))), face(pen, art.crust, art.crumb, art.seeds)],
        -9,
      ),
      0,
      0.86,
    ),
  ].join('');
}

function boule(pen: Pen, art: BakeryOf<'boule'>): string {
  const dome =
    'M-122 -54C-124 -120 -58 -160 10 -158C80 -156 128 -114 124 -56C122 -24 60 -16 0 -16S-120 -22 -122 -54Z';
  const flour = dice(pen.seed);
  return [
    board(pen, 142),
    path('M-118 -22H120L134 -40H-90Z', '#5a3d2b', faint(0.25)),
    path(dome, pen.ball(art.crust)),
    pen.inside(dome, [
      ...Array.from({ length: 5 }, (_, index) =>
        stroke(
          `M${-110 + index * 8} ${-52 - index * 22}Q${index * 4} ${-104 - index * 16} ${116 - index * 6} ${-60 - index * 20}`,
          '#fff6e2',
          5,
          faint(0.3),
        ),
      ),
      path('M-46 -62C-20 -126 40 -140 72 -122C40 -118 2 -96 -18 -54Z', '#f3ddb2'),
      path('M-46 -62C-20 -126 40 -140 72 -122C44 -126 -8 -108 -46 -62Z', shade(art.crust, 0.3)),
      ...[
        [56, -64],
        [74, -72],
        [92, -78],
      ].map(([x = 0, y = 0]) => stroke(`M${x} ${y}q10 -16 4 -34`, '#f3ddb2', 4, faint(0.9))),
      ...Array.from({ length: 60 }, () =>
        disc(
          Math.round(flour() * 220 - 110),
          Math.round(-30 - flour() * 120),
          0.8 + flour() * 1.6,
          '#fffaf0',
          faint(0.55),
        ),
      ),
    ]),
    at(
      -74,
      2,
      [
        at(5, 1, path('M-62 -4C-74 -64 -34 -92 0 -92S74 -64 62 -4Q0 6 -62 -4Z', shade(art.crust, 0.28))),
        path('M-62 -4C-74 -64 -34 -92 0 -92S74 -64 62 -4Q0 6 -62 -4Z', art.crust),
        path(
          'M-54 -9C-64 -60 -30 -84 0 -84S64 -60 54 -9Q0 -1 -54 -9Z',
          pen.down(tint(art.crumb, 0.2), art.crumb),
        ),
        pores(pen.seed, art.crumb, [-44, -72, 86, 58], 40, 6),
      ],
      -4,
    ),
  ].join('');
}

function cake(pen: Pen, art: BakeryOf<'cake'>): string {
  const cut = 'M-52 0Q-56 0 -57 -6L-64 -66C-66 -96 -30 -106 0 -106S66 -96 64 -66L57 -6Q56 0 52 0Z';
  const roll = dice(pen.seed);
  const crumbFace = [
    path(cut, art.crust),
    at(0, -4, path(cut, pen.down(tint(art.crumb, 0.2), art.crumb)), 0, 0.9),
    pores(pen.seed, art.crumb, [-46, -88, 92, 76], 36),
    ...Array.from({ length: 8 }, () =>
      at(
        Math.round(roll() * 84 - 42),
        Math.round(-16 - roll() * 66),
        path('M-6 0Q-2 -6 4 -4Q8 0 2 4Q-4 5 -6 0Z', art.bits),
        Math.round(roll() * 180),
      ),
    ),
  ].join('');
  const nut =
    path('M-11 2C-12 -8 -2 -12 2 -8C8 -12 14 -4 11 3C8 9 -8 9 -11 2Z', pen.ball('#b98550')) +
    stroke('M-6 -3Q0 1 6 -3M-4 3Q0 -1 5 3', '#7d5330', 1.4);
  return [
    board(pen, 142),
    at(-22, -22, [
      path('M-56 0H62L150 -44H24Z', '#5a3d2b', faint(0.25)),
      ...Array.from({ length: 22 }, (_, index) =>
        at(
          (22 - index) * 4.8,
          (index - 22) * 1.15,
          path(
            cut,
            pen.across([
              [0, tint(art.crust, 0.2)],
              [0.5, art.crust],
              [1, shade(art.crust, 0.3)],
            ]),
          ),
        ),
      ),
      path('M-14 -105Q30 -122 96 -131Q104 -127 98 -123Q40 -112 6 -101Q-8 -98 -14 -105Z', art.crumb),
      stroke('M-12 -105Q30 -122 95 -130', shade(art.crust, 0.25), 2.4, faint(0.7)),
      ...[
        [10, -111],
        [36, -119],
        [62, -124],
        [88, -128],
      ].map(([x = 0, y = 0], index) =>
        at(x + (index % 2 ? 8 : -4), y + (index % 2 ? 5 : -4), nut, index * 40),
      ),
      crumbFace,
    ]),
    at(-84, 0, [at(5, -1, path(cut, shade(art.crust, 0.25)), -6), at(0, 0, crumbFace, -6)], 0, 0.8),
  ].join('');
}

export function drawBakery(pen: Pen, art: BakeryArt): string {
  switch (art.shape) {
    case 'loaf':
      return loaf(pen, art);
    case 'boule':
      return boule(pen, art);
    case 'cake':
      return cake(pen, art);
    case 'pav':
      return pav(pen, art);
    case 'buns':
      return buns(pen, art);
    case 'croissant':
      return croissant(pen, art);
    case 'cookies':
      return cookies(pen, art);
    case 'rusk':
      return rusk(pen, art);
    case 'flatbread':
      return flatbread(pen, art);
  }
}
