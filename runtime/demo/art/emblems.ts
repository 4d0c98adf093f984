/** Little pictures printed on labels; each is about 60 across, with the origin at its middle. */

import type { Pen } from './pen.ts';
import { at, box, disc, faint, leaf, mix, oval, path, shade, stroke, tint } from './pen.ts';

export type Emblem =
  | 'cow'
  | 'buffalo'
  | 'goat'
  | 'leaf'
  | 'wheat'
  | 'sun'
  | 'drop'
  | 'hills'
  | 'mango'
  | 'berry'
  | 'saffron'
  | 'almond'
  | 'cocoa'
  | 'orange'
  | 'bowl'
  | 'cereal'
  | 'coffee'
  | 'tea'
  | 'flower'
  | 'herb'
  | 'bee'
  | 'churn'
  | 'moon'
  | 'oat'
  | 'diya';

const cream = '#fffaf0';

function head(hide: string, patch: string, muzzle: string, horns: string): string {
  return [
    horns,
    at(-21, -9, oval(0, 0, 11, 5.5, hide), 24),
    at(-22, -8, oval(0, 0, 7, 3, muzzle), 24),
    at(21, -9, oval(0, 0, 11, 5.5, patch), -24),
    at(22, -8, oval(0, 0, 7, 3, muzzle), -24),
    path('M-17 -16Q0 -27 17 -16C21 -2 15 8 13 18Q0 28 -13 18C-15 8 -21 -2 -17 -16Z', hide),
    path('M4 -21Q12 -20 17 -16C20 -4 17 3 14 10C6 6 1 -8 4 -21Z', patch),
    oval(0, 16, 16, 11, muzzle),
    oval(-6, 15, 2.2, 3, shade(muzzle, 0.5)),
    oval(6, 15, 2.2, 3, shade(muzzle, 0.5)),
    stroke('M-5 22Q0 25 5 22', shade(muzzle, 0.45), 1.4),
    disc(-8, -3, 2.7, '#3a2a24'),
    disc(9, -3, 2.7, '#3a2a24'),
    disc(-7.2, -4, 0.9, cream),
    disc(9.8, -4, 0.9, cream),
  ].join('');
}

const horn = (color: string): string =>
  stroke('M-11 -18Q-15 -24 -11 -29', color, 4.5) + stroke('M11 -18Q15 -24 11 -29', color, 4.5);

const wide = (color: string): string =>
  stroke('M-10 -18C-26 -18 -32 -26 -24 -35', color, 6) + stroke('M10 -18C26 -18 32 -26 24 -35', color, 6);

function ear(color: string, turn: number, length = 6): string {
  const rows = Array.from({ length }, (_, row) => {
    const y = 18 - row * 8;
    return (
      at(-1, y, oval(-5, -3, 3.4, 6, color), -18) + at(1, y, oval(5, -3, 3.4, 6, shade(color, 0.14)), 18)
    );
  });
  return at(
    0,
    0,
    [stroke('M0 34V-24', shade(color, 0.2), 2.2), ...rows, oval(0, -33, 3.2, 6.4, color)],
    turn,
  );
}

function petals(count: number, length: number, width: number, color: string, gap = 4): string {
  const one = (index: number): string =>
    at(
      0,
      0,
      oval(0, -length / 2 - gap, width, length / 2, index % 2 ? tint(color, 0.18) : color),
      (360 / count) * index,
    );
  return Array.from({ length: count }, (_, index) => one(index)).join('');
}

export function emblem(pen: Pen, name: Emblem, main: string): string {
  switch (name) {
    case 'cow':
      return head(cream, mix(main, '#4a3428', 0.25), '#f0bfa9', horn('#e6cf9f'));
    case 'buffalo':
      return head('#5b514e', '#4d4442', '#8d7b74', wide('#38312f')) + disc(-7.6, -4, 1, cream);
    case 'goat':
      return at(0, 2, [
        stroke('M-7 -20C-10 -32 -18 -32 -22 -28', '#b49a72', 4.5),
        stroke('M7 -20C10 -32 18 -32 22 -28', '#b49a72', 4.5),
        at(-17, -6, oval(-6, 4, 13, 5, '#c69b6d'), -40),
        at(17, -6, oval(6, 4, 13, 5, '#c69b6d'), 40),
        path('M-13 -18Q0 -25 13 -18C15 -2 10 12 7 20Q0 26 -7 20C-10 12 -15 -2 -13 -18Z', cream),
        path('M-4 20Q0 38 5 20Z', '#e5d5ba'),
        oval(0, 17, 6.5, 5, '#f0c7b3'),
        path('M-4 -21Q0 -8 4 -21Z', '#c69b6d'),
        disc(-7, -3, 2.3, '#3a2a24'),
        disc(7, -3, 2.3, '#3a2a24'),
      ]);
    case 'leaf':
      return at(-22, 16, leaf(pen, 52, 21, main), -34);
    case 'wheat':
      return at(0, 0, [
        at(-10, 3, ear(main, -20, 5), 0, 0.82),
        at(10, 3, ear(main, 20, 5), 0, 0.82),
        ear(tint(main, 0.15), 0),
      ]);
    case 'sun':
      return (
        petals(12, 14, 3.2, main, 18) + disc(0, 0, 15, main) + disc(-3, -3, 10, tint(main, 0.25), faint(0.7))
      );
    case 'drop':
      return (
        path('M0 -32C7 -17 22 -6 22 10A22 22 0 0 1 -22 10C-22 -6 -7 -17 0 -32Z', pen.ball(main)) +
        stroke('M-13 10A13 13 0 0 0 -4 22', cream, 4, faint(0.75))
      );
    case 'hills':
      return [
        disc(12, -14, 11, '#f3c664'),
        path('M-34 20Q-20 -14 -4 2Q10 -12 34 20Z', tint(main, 0.3)),
        path('M-34 20Q-12 -6 6 12Q18 2 34 20Q34 26 28 26H-28Q-34 26 -34 20Z', main),
        stroke('M-8 26Q-2 18 4 12', tint(main, 0.5), 3, faint(0.7)),
      ].join('');
    case 'mango':
      return at(0, 2, [
        path('M4 -24C24 -22 30 0 18 16C6 31 -20 28 -24 10C-27 -6 -12 -25 4 -24Z', pen.ball('#f4a93c')),
        path('M14 -19C25 -10 25 4 16 14C18 2 18 -10 14 -19Z', '#e06b3f', faint(0.55)),
        stroke('M4 -24L2 -31', '#7a5a3a', 3.4),
        at(3, -29, leaf(pen, 27, 8, '#6f9a4f'), -14),
      ]);
    case 'berry':
      return at(0, 2, [
        path('M0 28C-18 18 -26 0 -20 -11C-14 -20 14 -20 20 -11C26 0 18 18 0 28Z', pen.ball('#d9474b')),
        ...[
          [-11, -4],
          [0, -7],
          [11, -4],
          [-6, 6],
          [6, 6],
          [0, 16],
        ].map(([x = 0, y = 0]) => oval(x, y, 1.5, 2.4, '#f8d98c')),
        ...[-66, -33, 0, 33, 66].map((turn) =>
          at(0, -15, path('M0 0Q-5 -8 0 -15Q5 -8 0 0Z', '#6f9a4f'), turn),
        ),
      ]);
    case 'saffron':
      return [
        ...[-52, -26, 0, 26, 52].map((turn) =>
          at(
            0,
            18,
            path('M0 0C-14 -16 -10 -36 0 -46C10 -36 14 -16 0 0Z', turn % 52 ? '#9a7bb5' : '#b59acb'),
            turn,
          ),
        ),
        stroke('M0 16Q-2 -6 -10 -20', '#d9622f', 2.6),
        stroke('M0 16V-24', '#e07a34', 2.6),
        stroke('M0 16Q2 -6 10 -20', '#d9622f', 2.6),
        stroke('M0 18V30', '#7d9a58', 3.4),
      ].join('');
    case 'almond':
      return [
        [-13, 4, -28],
        [13, 6, 30],
        [0, -8, 4],
      ]
        .map(([x = 0, y = 0, turn = 0]) =>
          at(
            x,
            y,
            [
              path('M0 -21C13 -11 13 10 0 20C-13 10 -13 -11 0 -21Z', pen.ball('#bd7c46')),
              stroke('M-4 -9Q-6 2 -3 11', '#8f5730', 1.3),
              stroke('M4 -10Q6 2 3 12', '#8f5730', 1.3),
            ],
            turn,
          ),
        )
        .join('');
    case 'cocoa':
      return at(
        0,
        0,
        [
          path('M0 -32C20 -22 20 18 0 31C-20 18 -20 -22 0 -32Z', pen.ball('#8f5232')),
          stroke('M-7 -22Q-12 0 -6 22', '#6b3a24', 1.8),
          stroke('M0 -28V28', '#6b3a24', 1.8),
          stroke('M7 -22Q12 0 6 22', '#6b3a24', 1.8),
          at(10, 22, leaf(pen, 24, 7, '#7d9a58'), -30),
        ],
        28,
      );
    case 'orange':
      return at(0, 2, [
        disc(0, 0, 25, pen.ball('#ef9436')),
        at(1, -24, leaf(pen, 26, 8, '#6f9a4f'), -18),
        ...[
          [-9, 6],
          [2, 12],
          [11, 2],
          [-2, -6],
          [8, -10],
        ].map(([x = 0, y = 0]) => disc(x, y, 1.2, '#c96f22', faint(0.6))),
      ]);
    case 'bowl':
      return [
        path('M-30 2C-26 -18 -12 -20 -4 -30C0 -20 26 -20 30 2Z', pen.ball('#fdf6e6')),
        stroke('M-16 -6C-6 -14 8 -14 16 -6', '#e6d6b8', 2.4),
        path('M-34 0Q0 10 34 0C33 20 20 29 0 29S-33 20 -34 0Z', pen.round(main)),
        stroke('M-30 8Q0 18 30 8', tint(main, 0.5), 2, faint(0.8)),
      ].join('');
    case 'cereal':
      return [
        path('M-32 0H32C32 18 20 28 0 28S-32 18 -32 0Z', pen.round(main)),
        oval(0, 0, 32, 9, tint(main, 0.25)),
        oval(0, 0, 27.5, 6.6, cream),
        ...[
          [-14, -3, 10],
          [-4, -7, -20],
          [9, -6, 24],
          [17, -2, -12],
          [3, 0, 5],
          [-9, 1, 40],
          [1, -12, 60],
        ].map(([x = 0, y = 0, turn = 0]) =>
          at(
            x,
            y,
            path('M-7 1Q-3 -6 4 -4Q9 -1 5 3Q-1 6 -7 1Z', '#e0a040') +
              stroke('M-3 -1Q1 -3 4 -1', '#f6d087', 1.3),
            turn,
          ),
        ),
        disc(-19, -4, 4, '#d9474b'),
        disc(11, 1, 3.4, '#d9474b'),
      ].join('');
    case 'coffee':
      return [
        [-11, 5, -24],
        [12, -4, 22],
      ]
        .map(([x = 0, y = 0, turn = 0]) =>
          at(
            x,
            y,
            [oval(0, 0, 13, 20, pen.ball('#7a4a30')), stroke('M1 -18C-7 -7 7 6 -1 18', '#4b2a1c', 2.6)],
            turn,
          ),
        )
        .join('');
    case 'tea':
      return [
        at(0, 26, leaf(pen, 38, 9, '#86ad5a'), -150),
        at(0, 26, leaf(pen, 38, 9, '#5f8c48'), -30),
        at(0, 26, leaf(pen, 58, 10, '#76a252'), -90),
      ].join('');
    case 'flower':
      return petals(14, 26, 5.2, main) + disc(0, 0, 11, '#8a5a32') + disc(-2, -2, 6, '#a9743f', faint(0.8));
    case 'herb':
      return (
        [-54, -22, 10, 42]
          .map((turn, index) => at(0, 26 - index * 2, leaf(pen, 44 - index * 3, 9, main), turn - 84))
          .join('') + stroke('M0 30Q-2 16 0 4', shade(main, 0.2), 2.6)
      );
    case 'bee':
      return [
        at(-6, -11, oval(0, 0, 8, 15, '#d9e6e6', faint(0.95)), -30),
        at(8, -11, oval(0, 0, 8, 15, '#eaf2ef', faint(0.95)), 30),
        oval(0, 8, 21, 14, pen.ball('#f0b840')),
        stroke('M-8 -4Q-11 8 -8 20', '#4a3428', 5),
        stroke('M3 -5Q0 8 3 21', '#4a3428', 5),
        stroke('M13 -1Q11 8 13 17', '#4a3428', 4),
        disc(-16, 5, 1.9, '#3a2a24'),
        stroke('M-17 -3Q-22 -8 -26 -6', '#4a3428', 1.8),
        stroke('M-14 -4Q-17 -11 -21 -12', '#4a3428', 1.8),
      ].join('');
    case 'churn':
      return [
        path('M-15 -13C-24 -6 -24 24 -20 28H20C24 24 24 -6 15 -13Z', pen.round(main)),
        box(-15, -26, 30, 14, 3, pen.round(main)),
        box(-19, -30, 38, 6, 3, tint(main, 0.2)),
        stroke('M-21 4Q0 10 21 4', shade(main, 0.25), 2),
        stroke('M-15 -20C-28 -20 -28 -8 -21 -4', shade(main, 0.3), 3),
      ].join('');
    case 'moon':
      return (
        path('M8 -28A28 28 0 1 0 27 12A22 22 0 1 1 8 -28Z', pen.ball(main)) +
        [
          [16, -14, 2.6],
          [25, -3, 1.8],
          [9, -4, 1.7],
        ]
          .map(([x = 0, y = 0, r = 2]) => disc(x, y, r, main))
          .join('')
      );
    case 'oat':
      return (
        stroke('M0 32Q2 4 -2 -30', shade(main, 0.25), 2.4) +
        [
          [-12, -16, -28],
          [10, -20, 22],
          [-15, 4, -36],
          [14, -1, 34],
          [-11, 20, -34],
          [13, 18, 38],
          [-2, -30, 0],
        ]
          .map(([x = 0, y = 0, turn = 0]) =>
            at(x, y, path('M0 -11C7 -5 6 6 0 11C-6 6 -7 -5 0 -11Z', pen.ball(main)), turn),
          )
          .join('')
      );
    case 'diya':
      return (
        path('M0 -32C9 -20 12 -12 8 -3Q0 5 -8 -3C-12 -12 -9 -20 0 -32Z', pen.down('#f9d46a', '#ef8f35')) +
        path('M-34 2Q0 12 34 2C32 20 16 27 0 27S-32 20 -34 2Z', pen.round(main)) +
        oval(0, 4, 33, 6, tint(main, 0.28))
      );
  }
}
