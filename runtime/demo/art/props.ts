/** What stands beside a pack and tells what is in it; the origin is the middle of its foot. */

import type { Grain, Pen } from './pen.ts';
import { at, box, disc, faint, grains, leaf, oval, path, shade, stroke, tint } from './pen.ts';

export type Prop =
  | 'glass'
  | 'almonds'
  | 'cocoa'
  | 'halfOrange'
  | 'mango'
  | 'berries'
  | 'saffron'
  | 'tumbler'
  | 'chai'
  | 'spoon'
  | 'wheat'
  | 'oats'
  | 'honey'
  | 'sunflower'
  | 'idli'
  | 'rice'
  | 'dal'
  | 'flakes'
  | 'curryLeaf'
  | 'ghee';

function tumbler(pen: Pen, liquid: string, foam: string): string {
  return [
    pen.shadow(30),
    path(
      'M-25 -66L-19 -4Q0 5 19 -4L25 -66Z',
      pen.across([
        [0, '#aab2b3'],
        [0.22, '#f4f4ee'],
        [0.42, '#c3c9c8'],
        [0.75, '#dfe2de'],
        [1, '#8b9495'],
      ]),
    ),
    stroke('M-22 -22Q0 -14 22 -22', '#8b9495', 1.6, faint(0.6)),
    oval(0, -66, 25, 7.5, '#eceee9'),
    oval(0, -65, 21.5, 5.8, liquid),
    oval(-2, -65.5, 15, 3.6, foam),
    [
      [-7, -67, 2.4],
      [3, -65, 3],
      [9, -67, 1.8],
    ]
      .map(([x = 0, y = 0, r = 2]) => disc(x, y, r, tint(foam, 0.5)))
      .join(''),
  ].join('');
}

function glass(pen: Pen, liquid: string): string {
  return [
    pen.shadow(28),
    path('M-25 -82L-20 -4Q0 5 20 -4L25 -82Z', '#e8f0ee', faint(0.7)),
    path('M-22 -62L-18 -7Q0 1 18 -7L22 -62Z', pen.round(liquid, 0.7)),
    oval(0, -62, 22, 5.5, tint(liquid, 0.5)),
    stroke('M-25 -82L-20 -4Q0 5 20 -4L25 -82', '#b9c8c8', 1.6, faint(0.8)),
    oval(0, -82, 25, 6, 'none', 'stroke="#c6d3d2" stroke-width="2"'),
    stroke('M-17 -72L-13 -16', '#ffffff', 4, faint(0.7)),
  ].join('');
}

function bowl(pen: Pen, color: string, kind: Grain, metal = '#cdd1cc'): string {
  const mound = 'M-36 -30C-30 -46 -14 -54 0 -54S30 -46 36 -30Z';
  return [
    pen.shadow(38),
    path(
      'M-42 -31C-40 -8 -22 0 0 0S40 -8 42 -31Z',
      pen.across([
        [0, shade(metal, 0.25)],
        [0.2, tint(metal, 0.7)],
        [0.45, metal],
        [0.75, tint(metal, 0.4)],
        [1, shade(metal, 0.4)],
      ]),
    ),
    oval(0, -31, 42, 10, tint(metal, 0.45)),
    oval(0, -31, 38, 8, shade(color, 0.2)),
    path(mound, color),
    pen.inside(mound, [grains(pen.seed, kind, color, [-40, -56, 80, 26])]),
    path('M4 -54C22 -52 32 -44 36 -30H12Z', shade(color, 0.4), faint(0.16)),
  ].join('');
}

function pile(spots: readonly (readonly [x: number, y: number, turn: number])[], one: string): string {
  return spots.map(([x, y, turn]) => at(x, y, one, turn)).join('');
}

export function prop(pen: Pen, name: Prop, liquid: string): string {
  switch (name) {
    case 'glass':
      return glass(pen, liquid);
    case 'tumbler':
      return tumbler(pen, liquid, tint(liquid, 0.45));
    case 'chai':
      return glass(pen, '#c58a54');
    case 'almonds':
      return (
        pen.shadow(34) +
        pile(
          [
            [-20, -9, 68],
            [4, -9, 100],
            [24, -9, 62],
            [-8, -20, 84],
            [13, -21, 108],
          ],
          path('M0 -15C10 -8 10 7 0 14C-10 7 -10 -8 0 -15Z', pen.ball('#c08149')) +
            stroke('M-2 -7Q-4 1 -2 8', '#905a33', 1.2),
        )
      );
    case 'cocoa':
      return (
        pen.shadow(36) +
        [
          [-20, -18, -6],
          [12, -16, 8],
          [-4, -36, 3],
        ]
          .map(([x = 0, y = 0, turn = 0]) =>
            at(
              x,
              y,
              [
                path('M-18 8L-14 -10H18L20 8L16 15H-15Z', '#5a3322'),
                path('M-14 -10H18L20 8H-18Z', pen.down('#8a5338', '#6d3f2a')),
                path('M-10 -6H14L15 4H-12Z', '#9a6144', faint(0.6)),
              ],
              turn,
            ),
          )
          .join('')
      );
    case 'halfOrange':
      return (
        pen.shadow(36) +
        at(0, -34, [
          disc(0, 0, 35, pen.ball('#ef9436')),
          disc(-2, 0, 31, '#fbe7bd'),
          ...Array.from({ length: 9 }, (_, index) =>
            at(
              -2,
              0,
              path(
                'M0 -3L-8 -25Q0 -31 8 -25Z',
                pen.down('#f6a94a', '#f0973a'),
                'stroke="#f6a94a" stroke-width="1.5" stroke-linejoin="round"',
              ),
              index * 40,
            ),
          ),
          disc(-2, 0, 3, '#fbe7bd'),
        ])
      );
    case 'mango':
      return (
        pen.shadow(40) +
        at(0, -30, [
          path('M-38 10C-40 -12 -16 -34 8 -30C34 -26 44 -4 34 14C22 33 -34 34 -38 10Z', pen.ball('#f2a53a')),
          path('M-24 4C-22 -12 -6 -22 10 -20C26 -17 32 -2 26 9C16 22 -24 22 -24 4Z', '#f9c555'),
          stroke(
            'M-12 -10L6 16M2 -17L20 12M-22 2L-8 16M-18 6L12 -18M-8 14L24 -8M8 18L27 4',
            '#e79a30',
            2,
            faint(0.8),
          ),
        ])
      );
    case 'berries':
      return (
        pen.shadow(38) +
        [
          [-22, -20, -12],
          [20, -18, 16],
          [-2, -34, 2],
        ]
          .map(([x = 0, y = 0, turn = 0]) =>
            at(
              x,
              y,
              [
                path('M0 22C-14 14 -21 0 -16 -9C-11 -16 11 -16 16 -9C21 0 14 14 0 22Z', pen.ball('#d9474b')),
                ...[
                  [-8, -2],
                  [1, -4],
                  [9, -1],
                  [-4, 6],
                  [5, 7],
                  [0, 14],
                ].map(([u = 0, v = 0]) => oval(u, v, 1.2, 1.9, '#f8d98c')),
                ...[-60, -20, 20, 60].map((way) =>
                  at(0, -12, path('M0 0Q-4 -6 0 -11Q4 -6 0 0Z', '#6f9a4f'), way),
                ),
              ],
              turn,
            ),
          )
          .join('')
      );
    case 'saffron':
      return (
        pen.shadow(30) +
        oval(0, -5, 30, 9, pen.round('#b9784a')) +
        oval(0, -8, 30, 8, '#d59a67') +
        oval(0, -8, 25, 6, '#f4e4c4') +
        [
          'M-16 -8Q-6 -16 2 -7',
          'M-8 -6Q4 -14 12 -6',
          'M-4 -10Q8 -4 16 -9',
          'M-12 -11Q0 -4 8 -12',
          'M-2 -5Q4 -12 15 -5',
        ]
          .map((d) => stroke(d, '#c9472b', 2))
          .join('')
      );
    case 'spoon':
      return (
        pen.shadow(42, 4, 2, 0.3) +
        at(-6, -9, [
          stroke('M20 0L74 -14', '#b98852', 7),
          stroke('M22 -2L72 -15', '#d7ab73', 3),
          oval(0, 0, 26, 9.5, '#b98852'),
          oval(0, -2, 23, 7, liquid),
          oval(-6, -3.5, 9, 2.4, tint(liquid, 0.55)),
        ])
      );
    case 'ghee':
      return [
        pen.shadow(36),
        path(
          'M-38 -28C-36 -6 -20 0 0 0S36 -6 38 -28Z',
          pen.across([
            [0, '#a9742f'],
            [0.22, '#f1d189'],
            [0.5, '#cf9c48'],
            [1, '#8a5a24'],
          ]),
        ),
        oval(0, -28, 38, 10, '#e6bd6c'),
        oval(0, -28, 33, 7.6, liquid),
        oval(-7, -30, 15, 3, tint(liquid, 0.5)),
      ].join('');
    case 'curryLeaf':
      return (
        pen.shadow(40, 4, 0, 0.28) +
        at(-38, -8, [
          stroke('M0 0Q40 -14 80 -10', '#6d7f45', 2.6),
          ...[
            [12, -4],
            [28, -8],
            [44, -10],
            [60, -11],
          ].flatMap(([x = 0, y = 0]) => [
            at(x, y, leaf(pen, 26, 7, '#4f8248'), -58),
            at(x, y, leaf(pen, 22, 6, '#66964f'), 34),
          ]),
          at(78, -10, leaf(pen, 26, 7, '#4f8248'), -4),
        ])
      );
    case 'wheat':
      return (
        pen.shadow(36, 4, 0, 0.25) +
        [-12, 2, 15]
          .map((turn) =>
            at(
              -30,
              -6,
              [
                stroke('M-6 0H50', '#c29a50', 2.4),
                ...Array.from({ length: 6 }, (_, row) =>
                  at(
                    40 + row * 8,
                    0,
                    oval(3, -4.4, 6, 3, '#dcae55', 'transform="rotate(-24)"') +
                      oval(3, 4.4, 6, 3, '#c8963f', 'transform="rotate(24)"'),
                  ),
                ),
                oval(92, 0, 6, 2.6, '#dcae55'),
              ],
              turn - 10,
              0.86,
            ),
          )
          .join('')
      );
    case 'honey':
      return (
        pen.shadow(26) +
        at(
          2,
          -22,
          [
            stroke('M8 -12L40 -58', '#a97742', 7),
            stroke('M9 -14L39 -57', '#c99a62', 3),
            ...[
              [0, 24],
              [-9, 27],
              [-18, 24],
            ].map(([y = 0, w = 24]) => box(-w / 2, y + 2, w, 7, 3.5, pen.round('#c0894d'))),
            path('M-12 -8Q0 14 12 -8Q14 12 3 14Q1 26 -2 14Q-14 10 -12 -8Z', '#eaa52e', faint(0.85)),
          ],
          28,
        )
      );
    case 'sunflower':
      return (
        pen.shadow(40) +
        at(0, -40, [
          ...Array.from({ length: 18 }, (_, index) =>
            at(
              0,
              0,
              path('M0 -14C-9 -24 -6 -36 0 -42C6 -36 9 -24 0 -14Z', index % 2 ? '#f2b632' : '#f7c84e'),
              index * 20,
            ),
          ),
          disc(0, 0, 19, pen.ball('#75482b')),
          ...Array.from({ length: 22 }, (_, index) => {
            const far = 3.4 * Math.sqrt(index);
            return disc(
              Math.round(far * Math.cos(index * 2.4)),
              Math.round(far * Math.sin(index * 2.4)),
              1.3,
              '#a8703e',
            );
          }),
        ])
      );
    case 'idli': {
      const one = (x: number, y: number): string =>
        at(x, y, [
          path('M-30 0C-30 -14 -16 -20 0 -20S30 -14 30 0C30 8 16 12 0 12S-30 8 -30 0Z', pen.ball('#f8f1e2')),
          ...[
            [-12, -6],
            [2, -11],
            [14, -4],
            [-2, 0],
            [8, 4],
          ].map(([u = 0, v = 0]) => oval(u, v, 1.4, 0.9, '#d8c7aa', faint(0.8))),
        ]);
      return (
        pen.shadow(50) +
        oval(0, -8, 56, 15, '#9aa3a1') +
        oval(0, -11, 56, 15, '#dfe2dd') +
        oval(0, -10, 45, 10, '#b9c0bd') +
        one(-20, -18) +
        one(20, -17) +
        one(0, -33)
      );
    }
    case 'oats':
      return at(0, 0, bowl(pen, '#e3c794', 'oat', '#8fa79c'));
    case 'flakes':
      return bowl(pen, '#e4a648', 'flake', '#d98d6f');
    case 'rice':
      return bowl(pen, '#f6efdf', 'rice', '#c99a5a');
    case 'dal':
      return bowl(pen, '#e5a53a', 'dal');
  }
}
