/** Fruit. */

import type { Pen } from './pen.ts';
import { at, dice, disc, faint, leaf, mix, oval, path, shade, stroke, tint } from './pen.ts';

export function banana(pen: Pen, color: string): string {
  const one = (turn: number, tone: string): string =>
    at(
      -8,
      -176,
      [
        path(
          'M-10 0C-34 40 -30 110 22 148C34 156 50 154 56 148C30 128 16 60 14 2Z',
          pen.across([
            [0, shade(tone, 0.16)],
            [0.35, tint(tone, 0.3)],
            [0.7, tone],
            [1, shade(tone, 0.24)],
          ]),
        ),
        path('M2 4C-6 56 6 118 46 150C52 150 54 149 56 148C30 128 16 60 14 2Z', shade(tone, 0.3), faint(0.5)),
        stroke('M-3 8C-18 48 -12 108 32 146', tint(tone, 0.5), 2.4, faint(0.7)),
        path('M44 152L58 144L62 150L50 158Z', '#5b4430'),
        path('M-12 4L-6 -24H8L16 4Q2 10 -12 4Z', shade(mix(tone, '#8fa34c', 0.5), 0.1)),
      ],
      turn,
    );
  return [
    pen.shadow(96, 0),
    at(-16, 20, [
      one(42, shade(color, 0.08)),
      one(20, tint(color, 0.06)),
      one(-2, shade(color, 0.04)),
      one(-24, color),
      one(-46, tint(color, 0.1)),
      path('M-26 -184C-22 -214 4 -218 14 -186Q4 -168 -20 -172Z', pen.round('#a5a352')),
      path('M-14 -200L-10 -222H4L6 -202Z', '#6f5a36'),
    ]),
  ].join('');
}

export function apple(pen: Pen, color: string, x: number, y: number, size = 1, flip = 1): string {
  const skin =
    'M0 -92C14 -106 62 -104 66 -54C68 -18 40 4 20 2Q8 -2 0 0Q-8 -2 -20 2' +
    'C-40 4 -68 -18 -66 -54C-62 -104 -14 -106 0 -92Z';
  const roll = dice(`${pen.seed}${x}`);
  return at(
    x,
    y,
    `<g transform="scale(${size * flip} ${size})">${[
      path(skin, pen.ball(color)),
      pen.inside(skin, [
        path(
          skin,
          pen.across([
            [0, '#f3c65f', 0.6],
            [0.3, '#f3c65f', 0.12],
            [0.6, '#f3c65f', 0],
          ]),
        ),
        ...Array.from({ length: 12 }, () => {
          const at0 = Math.round(roll() * 110 - 55);
          return stroke(
            `M${Math.round(at0 * 0.3)} -90Q${at0} -60 ${Math.round(at0 * 0.9)} -18`,
            tint(color, 0.4),
            1.6,
            faint(0.3),
          );
        }),
        ...Array.from({ length: 18 }, () =>
          disc(Math.round(roll() * 116 - 58), Math.round(-14 - roll() * 70), 1.1, '#fbe3b0', faint(0.6)),
        ),
      ]),
      oval(0, -90, 17, 6, shade(color, 0.42), faint(0.6)),
      stroke('M1 -90Q0 -106 9 -116', '#6b4a30', 5),
      at(4, -104, leaf(pen, 44, 12, '#6f9a4f'), -14),
      path(
        'M-46 -72C-42 -86 -32 -92 -24 -92C-36 -82 -40 -66 -42 -52Q-50 -58 -46 -72Z',
        '#ffffff',
        faint(0.5),
      ),
    ].join('')}</g>`,
  );
}

export function mango(pen: Pen, color: string, x: number, y: number, size: number, turn: number): string {
  const skin =
    'M20 -150C58 -150 74 -108 64 -68C54 -28 24 2 -14 2C-40 2 -56 -10 -58 -26' +
    'C-60 -38 -70 -44 -64 -56C-58 -68 -46 -70 -38 -92C-28 -122 -10 -150 20 -150Z';
  return at(
    x,
    y,
    [
      path(skin, pen.ball(color)),
      pen.inside(skin, [
        path(
          skin,
          pen.across(
            [
              [0.4, '#d9503a', 0],
              [1, '#d9503a', 0.75],
            ],
            [0.2, 0.7, 0.9, 0.1],
          ),
        ),
        path(
          skin,
          pen.across(
            [
              [0.5, '#7f9a3f', 0],
              [1, '#7f9a3f', 0.5],
            ],
            [0.6, 0.2, 0.2, 1],
          ),
        ),
      ]),
      oval(22, -148, 9, 4, shade(color, 0.3), faint(0.6)),
      stroke('M22 -148Q20 -158 27 -166', '#6b4a30', 5),
      at(24, -156, leaf(pen, 62, 12, '#5f9150'), -10),
      path('M-18 -92C-10 -116 2 -132 14 -136C4 -120 -4 -104 -8 -84Q-20 -80 -18 -92Z', '#fff6d8', faint(0.55)),
    ],
    turn,
    size,
  );
}

export function pomegranate(pen: Pen, color: string): string {
  const fruit = (x: number, y: number, size: number): string =>
    at(
      x,
      y,
      [
        path(
          'M0 -116C46 -116 74 -84 74 -54C74 -16 40 4 0 4S-74 -16 -74 -54C-74 -84 -46 -116 0 -116Z',
          pen.ball(color),
        ),
        path(
          'M-20 -110L-27 -142L-12 -130L0 -146L12 -130L27 -142L20 -110Q0 -98 -20 -110Z',
          pen.round(shade(color, 0.1)),
        ),
        oval(0, -112, 17, 4.6, shade(color, 0.4), faint(0.5)),
        path(
          'M-52 -76C-46 -94 -34 -100 -24 -100C-38 -88 -44 -72 -46 -54Q-56 -60 -52 -76Z',
          '#ffffff',
          faint(0.45),
        ),
      ],
      0,
      size,
    );
  const aril = (x: number, y: number, turn: number): string =>
    at(
      x,
      y,
      path('M0 -8C6 -5 7 4 0 8C-7 4 -6 -5 0 -8Z', pen.ball('#c22a45')) +
        oval(-2, -2, 1.3, 2.2, '#ffd6d6', faint(0.9)),
      turn,
    );
  const arils = dice(pen.seed);
  return [
    pen.shadow(120, 2),
    fruit(40, -6, 1.12),
    at(-56, -58, [
      disc(0, 0, 60, pen.ball(color)),
      disc(-2, -1, 54, '#f7e3c4'),
      ...Array.from({ length: 6 }, (_, wedge) =>
        at(
          -2,
          -1,
          Array.from({ length: 9 }, (_seed, index) => {
            const far = [15, 26, 27, 36, 38, 37, 46, 46, 46][index] ?? 30;
            const way = (([0, -11, 11, -17, 0, 17, -20, -1, 19][index] ?? 0) * Math.PI) / 180;
            return aril(
              Math.round(Math.sin(way) * far),
              Math.round(-Math.cos(way) * far),
              way * 57 + arils() * 24 - 12,
            );
          }),
          wedge * 60,
        ),
      ),
      disc(-2, -1, 6, '#f3d6ae'),
    ]),
    aril(30, -6, 70),
    aril(48, 2, 110),
    aril(12, 2, 40),
    aril(64, -4, 80),
  ].join('');
}

export function tenderCoconut(pen: Pen, color: string): string {
  const husk =
    'M-60 -176C-100 -150 -112 -96 -98 -52C-86 -16 -46 2 0 2S86 -16 98 -52' +
    'C112 -96 100 -150 60 -176Q0 -166 -60 -176Z';
  return [
    pen.shadow(104),
    path(husk, pen.ball(color)),
    pen.inside(husk, [
      path('M-70 -180C-50 -120 -56 -50 -30 10H-120V-180Z', tint(color, 0.4), faint(0.3)),
      path('M40 -180C70 -120 60 -50 30 10H130V-180Z', shade(color, 0.4), faint(0.22)),
      stroke(
        'M-20 -166C-34 -110 -30 -40 -14 4M30 -168C48 -110 40 -40 20 4',
        tint(color, 0.4),
        2.4,
        faint(0.4),
      ),
    ]),
    path('M-60 -176Q-40 -200 0 -200T60 -176Q0 -150 -60 -176Z', '#e9e3bb'),
    oval(0, -180, 52, 15, '#f7f2d8'),
    oval(0, -180, 32, 9, '#fffdf2'),
    oval(0, -179, 21, 6, '#cfd9cb'),
    stroke('M2 -178L36 -244L62 -252', '#f4f0e6', 10),
    path('M6 -186L36 -244L62 -252', 'none', 'stroke="#d2584a" stroke-width="10" stroke-dasharray="9 11"'),
    path(
      'M-80 -120C-76 -140 -64 -152 -54 -156C-64 -138 -70 -110 -70 -88Q-86 -98 -80 -120Z',
      '#ffffff',
      faint(0.4),
    ),
  ].join('');
}
