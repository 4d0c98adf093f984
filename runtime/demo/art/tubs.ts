/** Tubs, cups, clay pots, jars and tins: round things with a lid or a rim. */

import { wrap } from './bottles.ts';
import { emblem } from './emblems.ts';
import type { PackOf } from './packs.ts';
import type { Pen } from './pen.ts';
import { at, box, disc, faint, grains, oval, path, shade, stroke, tint } from './pen.ts';

export function tub(pen: Pen, art: PackOf<'tub'>): string {
  const wall = 'M-88 -132L-70 -10Q0 18 70 -10L88 -132Z';
  const sash = pen.inside(wall, [
    path('M-100 -60C-50 -90 20 -30 100 -70V20H-100Z', pen.round(art.accent)),
    path('M-100 -69C-50 -99 20 -39 100 -79V-70C20 -30 -50 -90 -100 -60Z', tint(art.accent, 0.55)),
    path('M-88 -132Q0 -100 88 -132L86 -118Q0 -86 -86 -118Z', shade(art.body, 0.5), faint(0.16)),
  ]);
  return [
    pen.shadow(78),
    path(wall, pen.round(art.body)),
    sash,
    at(0, -56, [
      disc(0, 0, 42, tint(art.body, 0.7)),
      disc(0, 0, 38, 'none', `stroke="${art.accent}" stroke-width="1.8"`),
      at(0, 0, emblem(pen, art.emblem, art.ink ?? art.accent), 0, 0.96),
    ]),
    path('M-95 -146V-132Q0 -98 95 -132V-146Z', pen.round(art.lid)),
    oval(0, -146, 95, 23, tint(art.lid, 0.3)),
    oval(
      0,
      -147,
      82,
      18,
      pen.across([
        [0, tint(art.lid, 0.5)],
        [1, art.lid],
      ]),
    ),
    oval(0, -145, 82, 18, 'none', `stroke="${shade(art.lid, 0.2)}" stroke-width="1.4" opacity="0.6"`),
    stroke('M-66 -100L-58 -36', '#ffffff', 5, faint(0.5)),
  ].join('');
}

const toppings = {
  plain: (): string => '',
  mango: (pen: Pen): string =>
    [
      [-22, -6, 12],
      [6, -11, -18],
      [24, -3, 30],
      [-4, 2, 50],
    ]
      .map(([x = 0, y = 0, turn = 0]) =>
        at(x, y, box(-8, -9, 16, 15, 3, pen.down('#fbc653', '#ef9a34')), turn),
      )
      .join(''),
  berry: (pen: Pen): string =>
    [
      [-20, -4, -20],
      [4, -10, 8],
      [24, -1, 26],
    ]
      .map(([x = 0, y = 0, turn = 0]) =>
        at(
          x,
          y,
          [
            path('M0 12C-9 7 -12 -1 -9 -6C-6 -11 6 -11 9 -6C12 -1 9 7 0 12Z', pen.ball('#d9474b')),
            disc(-3, -1, 1, '#f8d98c'),
            disc(3, 1, 1, '#f8d98c'),
            disc(0, 5, 1, '#f8d98c'),
            path('M-6 -8L0 -12L6 -8L0 -5Z', '#6f9a4f'),
          ],
          turn,
        ),
      )
      .join(''),
  saffron: (): string =>
    ['M-26 -4Q-14 -12 -6 -2', 'M-8 -9Q6 -12 10 -3', 'M8 3Q20 -6 30 0', 'M-14 4Q-4 0 2 6']
      .map((d) => stroke(d, '#c9472b', 2))
      .join('') +
    [
      [-4, 0],
      [18, -7],
      [-22, 3],
    ]
      .map(([x = 0, y = 0]) => oval(x, y, 4, 2.4, '#8ea659'))
      .join(''),
};

export function cup(pen: Pen, art: PackOf<'cup'>): string {
  const wall = 'M-82 -118L-60 -8Q0 14 60 -8L82 -118Z';
  const fill = tint(art.fill, 0.15);
  return [
    pen.shadow(70),
    path(wall, pen.round(art.body)),
    pen.inside(wall, [
      path('M-100 -36C-40 -56 30 -18 100 -44V30H-100Z', pen.round(art.ink ?? art.fill)),
      path('M-90 -118Q0 -92 90 -118V-104Q0 -78 -90 -104Z', shade(art.body, 0.5), faint(0.16)),
    ]),
    at(0, -54, [
      disc(0, 0, 35, tint(art.body, 0.75)),
      at(0, 0, emblem(pen, art.emblem, art.ink ?? art.fill), 0, 0.82),
    ]),
    oval(0, -119, 88, 23, tint(art.body, 0.5)),
    oval(0, -120, 79, 18.5, shade(art.fill, 0.16)),
    oval(0, -118, 76, 16, fill),
    path(
      'M-44 -120C-40 -142 -14 -140 -6 -148C-6 -138 40 -136 42 -120C40 -108 -40 -108 -44 -120Z',
      pen.ball(fill, 0.9),
    ),
    stroke(
      'M-30 -122C-14 -112 18 -116 28 -124C18 -132 -10 -130 -14 -126',
      shade(fill, 0.12),
      2.6,
      faint(0.7),
    ),
    at(0, -124, toppings[art.topping](pen)),
    stroke('M-62 -92L-52 -34', '#ffffff', 5, faint(0.5)),
  ].join('');
}

export function clayPot(pen: Pen, art: PackOf<'clayPot'>): string {
  const clay = '#bf6f47';
  const wide = art.form === 'handi';
  const wall = wide
    ? 'M-72 -112C-68 -102 -98 -92 -98 -52C-98 -14 -58 0 0 0S98 -14 98 -52C98 -92 68 -102 72 -112Z'
    : 'M-70 -128C-66 -84 -62 -40 -46 -6Q0 14 46 -6C62 -40 66 -84 70 -128Z';
  const [rim, y] = wide ? [76, -116] : [74, -130];
  const rings = wide
    ? ['M-97 -60Q0 -30 97 -60', 'M-96 -46Q0 -15 96 -46']
    : ['M-64 -92Q0 -66 64 -92', 'M-62 -80Q0 -54 62 -80'];
  return [
    pen.shadow(wide ? 92 : 62),
    path(wall, pen.round(clay)),
    ...rings.map((d) => stroke(d, '#8f4a2c', 2.4, faint(0.6))),
    ...Array.from({ length: 9 }, (_, index) => {
      const x = (index - 4) * (wide ? 20 : 13);
      const sink = (wide ? -38 : -73) - (x / (wide ? 98 : 64)) ** 2 * (wide ? 15 : 13);
      return disc(x, sink, 2.8, '#f3ddc0', faint(0.85));
    }),
    oval(0, y, rim, 23, tint(clay, 0.18)),
    oval(0, y + 1, rim - 8, 18, shade(clay, 0.35)),
    oval(0, y + 4, rim - 10, 15, art.skin),
    oval(-6, y + 3, rim - 22, 10.6, art.fill),
    path(
      `M2 ${y + 12}C8 ${y} 34 ${y - 4} 44 ${y + 2}C46 ${y + 10} 26 ${y + 17} 2 ${y + 12}Z`,
      pen.down(shade(art.skin, 0.24), art.fill),
    ),
    stroke(`M2 ${y + 12}C8 ${y} 34 ${y - 4} 44 ${y + 2}`, shade(art.skin, 0.2), 1.6, faint(0.7)),
    stroke(
      wide ? 'M-82 -66C-86 -48 -78 -34 -70 -26' : 'M-54 -104C-52 -76 -48 -50 -42 -30',
      '#f6c9a4',
      6,
      faint(0.45),
    ),
  ].join('');
}

export function jar(pen: Pen, art: PackOf<'jar'>): string {
  const outline =
    'M-54 -168C-56 -156 -74 -154 -74 -132V-20Q-74 2 -54 2H54Q74 2 74 -20V-132C74 -154 56 -156 54 -168Z';
  const inner = 'M-66 -138Q0 -128 66 -138V-22Q66 -5 50 -5H-50Q-66 -5 -66 -22Z';
  return [
    pen.shadow(76),
    path(outline, '#e3ebe4', faint(0.85)),
    path(
      inner,
      pen.across([
        [0, shade(art.fill, 0.12)],
        [0.22, tint(art.fill, 0.4)],
        [0.55, art.fill],
        [1, shade(art.fill, 0.25)],
      ]),
    ),
    art.texture === undefined
      ? ''
      : pen.inside(inner, [grains(pen.seed, art.texture, art.fill, [-66, -136, 132, 134])]),
    oval(0, -138, 66, 6.5, tint(art.fill, 0.35)),
    stroke(outline, '#a9bab0', 2, faint(0.75)),
    path(wrap(74, -114, 74, -36, 6), pen.round(art.label, 0.75)),
    stroke('M-74 -107Q0 -95 74 -107M-74 -42Q0 -30 74 -42', art.ink ?? art.lid, 2, faint(0.8)),
    at(0, -67, emblem(pen, art.emblem, art.ink ?? art.lid), 0, 0.92),
    path('M-62 -196Q0 -186 62 -196V-166Q0 -154 -62 -166Z', pen.round(art.lid)),
    oval(0, -196, 62, 10, tint(art.lid, 0.3)),
    oval(0, -197, 52, 7.4, tint(art.lid, 0.12)),
    ...Array.from({ length: 13 }, (_, index) => {
      const x = (index - 6) * 9.4;
      const sag = 5 * (1 - (x / 62) ** 2);
      return stroke(`M${x} ${-189 + sag}V${-167 + sag}`, shade(art.lid, 0.3), 1.4, faint(0.4));
    }),
    stroke('M-62 -142C-60 -146 -56 -149 -50 -151M-62 -128V-122M-62 -26V-18', '#ffffff', 5.5, faint(0.75)),
    stroke('M-62 -98V-50', '#ffffff', 5, faint(0.5)),
  ].join('');
}

export function tin(pen: Pen, art: PackOf<'tin'>): string {
  const metal = pen.across([
    [0, shade(art.metal, 0.25)],
    [0.22, tint(art.metal, 0.7)],
    [0.5, art.metal],
    [0.8, tint(art.metal, 0.35)],
    [1, shade(art.metal, 0.35)],
  ]);
  return [
    pen.shadow(80),
    path('M-78 -176V-6Q0 22 78 -6V-176Z', metal),
    path('M-78 -164V-16Q0 12 78 -16V-164Q0 -136 -78 -164Z', pen.round(art.body)),
    path('M-78 -152Q0 -124 78 -152V-143Q0 -115 -78 -143Z', pen.round(art.band)),
    path('M-78 -36Q0 -8 78 -36V-27Q0 1 -78 -27Z', pen.round(art.band)),
    ...Array.from({ length: 11 }, (_, index) => {
      const x = (index - 5) * 14;
      return at(x, -134 + 13 * (1 - (x / 78) ** 2), path('M-6 0L0 9L6 0Z', tint(art.band, 0.2), faint(0.8)));
    }),
    disc(0, -70, 43, '#fff8e8'),
    disc(0, -70, 38.5, 'none', `stroke="${art.band}" stroke-width="2"`),
    at(0, -70, emblem(pen, art.emblem, art.ink ?? art.body), 0, 1),
    oval(0, -177, 78, 20, shade(art.metal, 0.12)),
    oval(0, -179, 77, 19, tint(art.metal, 0.55)),
    oval(
      0,
      -177,
      66,
      14.5,
      pen.across([
        [0, shade(art.metal, 0.18)],
        [1, tint(art.metal, 0.5)],
      ]),
    ),
    oval(0, -178, 40, 8.6, 'none', `stroke="${shade(art.metal, 0.2)}" stroke-width="1.6" opacity="0.6"`),
    stroke('M-64 -126V-30', '#ffffff', 6, faint(0.35)),
  ].join('');
}
