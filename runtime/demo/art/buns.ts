/** Buns, croissants, biscuits and flat breads. */

import type { BakeryOf } from './bakery.ts';
import { pores } from './bakery.ts';
import { board } from './dairy.ts';
import type { Pen } from './pen.ts';
import { at, dice, disc, faint, mix, oval, path, shade, stroke, tint } from './pen.ts';

function dome(pen: Pen, crust: string, half: number, high: number): string {
  const under = tint(crust, 0.62);
  return [
    path(
      `M${-half + 4} -20Q${-half + 6} 0 ${-half + 24} 0H${half - 24}Q${half - 6} 0 ${half - 4} -20Z`,
      pen.round(under),
    ),
    path(
      `M${-half} -22C${-half} ${-high * 0.8} ${-half * 0.6} ${-high} 0 ${-high}S${half} ${-high * 0.8} ${half} -22Q${half - 2} -12 ${half - 16} -12H${-half + 16}Q${-half + 2} -12 ${-half} -22Z`,
      pen.ball(crust, 1.05),
    ),
    path(
      `M${-half * 0.66} ${-high * 0.56}C${-half * 0.5} ${-high * 0.84} ${-half * 0.14} ${-high * 0.9} ${half * 0.08} ${-high * 0.88}C${-half * 0.2} ${-high * 0.8} ${-half * 0.44} ${-high * 0.66} ${-half * 0.66} ${-high * 0.56}Z`,
      '#fff4d8',
      faint(0.6),
    ),
  ].join('');
}

export function pav(pen: Pen, art: BakeryOf<'pav'>): string {
  const roll = (x: number, y: number, size: number): string =>
    at(x, y, dome(pen, art.crust, 52, 74), 0, size);
  return [
    board(pen, 142),
    path('M-112 -18H120L136 -44H-90Z', '#5a3d2b', faint(0.25)),
    ...[-70, 16, 100].map((x) => roll(x, -74, 0.92)),
    ...[-82, 6, 94].map((x) => roll(x, -46, 0.96)),
    ...[-94, -4, 86].map((x) => roll(x, -16, 1)),
  ].join('');
}

export function buns(pen: Pen, art: BakeryOf<'buns'>): string {
  const dots = dice(pen.seed);
  const top = (): string =>
    Array.from({ length: 24 }, (_, index) => {
      const x = dots() * 84 - 42;
      const y = -46 - dots() * 34 * (1 - (x / 56) ** 2);
      const color = ['#5f8f4a', '#c4472f', '#4d7b3d'][index % 3] ?? '#5f8f4a';
      return at(Math.round(x), Math.round(y), oval(0, 0, 3.6, 2, color), Math.round(dots() * 180));
    }).join('');
  return [
    board(pen, 142),
    path('M-112 -18H112L136 -44H-90Z', '#5a3d2b', faint(0.25)),
    at(2, -82, dome(pen, art.crust, 66, 92) + top(), 0, 0.94),
    at(-64, -18, dome(pen, art.crust, 66, 94) + top()),
    at(62, -16, dome(pen, art.crust, 66, 94) + top()),
  ].join('');
}

export function croissant(pen: Pen, art: BakeryOf<'croissant'>): string {
  const outer = (turn: number, swell = 1): string =>
    `${Math.round(Math.sin(turn) * 134 * swell)} ${Math.round(-6 - Math.cos(turn) * 116 * swell)}`;
  const inner = (turn: number, swell = 1): string =>
    `${Math.round(Math.sin(turn) * 104 * swell)} ${Math.round(4 - Math.cos(turn) * 34 * swell)}`;
  const fold = (from: number, to: number): string => {
    const middle = (from + to) / 2;
    const dark = Math.abs(middle) * 0.2;
    const tone = mix(art.crust, '#8f4f22', dark);
    const d = `M${inner(from)}L${outer(from)}Q${outer(middle, 1.13)} ${outer(to)}L${inner(to)}Q${inner(middle, 0.84)} ${inner(from)}Z`;
    const grain = [0.25, 0.5, 0.75].map((share) => {
      const turn = from + (to - from) * share;
      return `M${outer(turn, 0.98)}Q${outer(turn + 0.05, 0.6)} ${inner(turn)}`;
    });
    return (
      path(
        d,
        pen.across([
          [0, shade(tone, 0.26)],
          [0.3, tint(tone, 0.36)],
          [0.62, tone],
          [1, shade(tone, 0.34)],
        ]),
        `stroke="${shade(tone, 0.3)}" stroke-width="2" stroke-linejoin="round"`,
      ) +
      stroke(grain.join(''), shade(tone, 0.34), 1.6, faint(0.34)) +
      stroke(
        `M${outer(from + (to - from) * 0.3, 0.97)}Q${outer(from + (to - from) * 0.36, 0.8)} ${outer(from + (to - from) * 0.34, 0.66)}`,
        '#fff0cc',
        6,
        faint(0.5),
      )
    );
  };
  const folds = [
    [1.12, 1.5],
    [0.74, 1.2],
    [0.32, 0.84],
  ] as const;
  return [
    board(pen, 142),
    oval(6, -24, 124, 20, '#5a3d2b', faint(0.28)),
    at(0, -24, [...folds.flatMap(([from, to]) => [fold(-to, -from), fold(from, to)]), fold(-0.4, 0.4)]),
  ].join('');
}

export function cookies(pen: Pen, art: BakeryOf<'cookies'>): string {
  const roll = dice(pen.seed);
  const bits = (count: number, rx: number, ry: number): string =>
    Array.from({ length: count }, () => {
      const turn = roll() * Math.PI * 2;
      const far = Math.sqrt(roll()) * 0.8;
      return at(
        Math.round(Math.cos(turn) * rx * far),
        Math.round(Math.sin(turn) * ry * far),
        path('M-6 1Q-4 -5 2 -5Q7 -2 5 3Q0 6 -6 1Z', art.bits),
        Math.round(roll() * 180),
      );
    }).join('');
  const flat = (x: number, y: number, top: boolean): string =>
    at(x, y, [
      path('M-78 -10C-80 8 -40 22 0 22S80 8 78 -10Z', pen.round(shade(art.dough, 0.12))),
      oval(
        0,
        -10,
        78,
        23,
        pen.across([
          [0, tint(art.dough, 0.35)],
          [1, art.dough],
        ]),
      ),
      top ? bits(10, 70, 18) : '',
      ...[-52, -20, 14, 48].map((rim) => {
        const along = rim + Math.round(roll() * 20 - 10);
        return at(along, 14 - Math.round((along / 78) ** 2 * 14), oval(0, 0, 5 + roll() * 3, 3, art.bits));
      }),
    ]);
  return [
    board(pen, 142),
    oval(20, -24, 92, 20, '#5a3d2b', faint(0.25)),
    ...[0, 6, -5, 4, -2].map((shift, index) => flat(18 + shift, -44 - index * 24, index === 4)),
    at(
      -76,
      -54,
      [
        at(6, 2, disc(0, 0, 52, shade(art.dough, 0.28))),
        path(
          'M0 -52C16 -54 30 -46 40 -34C54 -20 54 8 44 26C32 46 12 54 -8 51C-32 50 -50 28 -51 4' +
            'C-54 -24 -32 -50 0 -52Z',
          pen.ball(art.dough),
        ),
        bits(13, 44, 44),
        stroke('M-20 30l8 -4M16 -34l6 5M-36 -8l5 6M30 14l6 -4', shade(art.dough, 0.25), 2, faint(0.6)),
      ],
      -8,
    ),
  ].join('');
}

export function rusk(pen: Pen, art: BakeryOf<'rusk'>): string {
  const toast = 'M-70 0Q-78 0 -78 -8V-30C-78 -54 -50 -58 0 -58S78 -54 78 -30V-8Q78 0 70 0Z';
  const piece = (x: number, y: number, turn: number, name: string): string =>
    at(
      x,
      y,
      [
        at(7, -7, path(toast, shade(art.crust, 0.3))),
        path(toast, pen.down(shade(art.crust, 0.04), shade(art.crust, 0.16))),
        at(0, -4, path(toast, pen.ball(tint(art.crust, 0.25))), 0, 0.89),
        pores(pen.seed + name, art.crust, [-62, -46, 122, 38], 34, 2.6),
      ],
      turn,
    );
  return [
    board(pen, 142),
    path('M-112 -18H112L136 -44H-90Z', '#5a3d2b', faint(0.22)),
    piece(34, -108, 4, 'a'),
    piece(-22, -84, -5, 'b'),
    piece(34, -60, 3, 'c'),
    piece(-24, -38, -3, 'd'),
    piece(30, -14, 2, 'e'),
  ].join('');
}

export function flatbread(pen: Pen, art: BakeryOf<'flatbread'>): string {
  const roll = dice(pen.seed);
  const char = shade(art.dough, 0.42);
  const layer = (shift: number, index: number): string =>
    at(6 + shift, -34 - index * 17, [
      path('M-112 -6C-112 16 -60 34 0 34S112 16 112 -6L112 -14H-112Z', pen.round(shade(art.dough, 0.14))),
      oval(
        0,
        -14,
        112,
        37,
        pen.across([
          [0, tint(art.dough, 0.4)],
          [0.6, art.dough],
          [1, shade(art.dough, 0.1)],
        ]),
      ),
    ]);
  const swirl = [
    [94, 29],
    [76, 23.5],
    [58, 18],
    [41, 12.5],
    [24, 7.5],
    [9, 3],
  ]
    .map(([rx = 0, ry = 0], index) =>
      oval(
        index % 2 ? 2 : -2,
        0,
        rx,
        ry,
        'none',
        `stroke="${shade(art.dough, 0.28)}" stroke-width="2.2" stroke-dasharray="${38 + index * 5} ${8 + index}" opacity="0.6"`,
      ),
    )
    .join('');
  const spots = Array.from({ length: 12 }, () => {
    const turn = roll() * Math.PI * 2;
    const far = Math.sqrt(roll()) * 0.84;
    return oval(
      Math.round(Math.cos(turn) * 104 * far),
      Math.round(Math.sin(turn) * 32 * far),
      4 + roll() * 10,
      2 + roll() * 3,
      char,
      faint(0.3 + roll() * 0.3),
    );
  }).join('');
  return [
    pen.shadow(128),
    oval(0, -16, 138, 30, '#b9bfbb'),
    oval(
      0,
      -20,
      138,
      30,
      pen.across([
        [0, '#cfd4cf'],
        [0.3, '#f3f4ee'],
        [0.7, '#c3c8c4'],
        [1, '#a3aaa8'],
      ]),
    ),
    oval(0, -19, 120, 23, '#b4bab6', faint(0.6)),
    ...[0, 7, -6, 5, -4].map(layer),
    at(2, -116, [swirl, spots]),
  ].join('');
}
