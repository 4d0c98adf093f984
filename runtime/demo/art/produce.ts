/** Vegetables, and what the art of anything from the field says. */
import { apple, banana, mango, pomegranate, tenderCoconut } from './fruit.ts';
import type { Pen } from './pen.ts';
import { at, dice, faint, leaf, oval, path, shade, stroke, tint } from './pen.ts';
import { prop } from './props.ts';

export type ProduceArt = {
  shape:
    | 'banana'
    | 'apple'
    | 'tomato'
    | 'spinach'
    | 'coriander'
    | 'onion'
    | 'potato'
    | 'carrot'
    | 'mangoes'
    | 'pomegranate'
    | 'tenderCoconut';
  color: string;
};

function tomato(pen: Pen, color: string, x: number, y: number, size: number): string {
  return at(
    x,
    y,
    [
      path(
        'M0 -84C20 -94 62 -88 64 -44C64 -10 34 2 0 2S-64 -10 -64 -44C-62 -88 -20 -94 0 -84Z',
        pen.ball(color),
      ),
      path(
        'M16 -80C44 -66 48 -26 28 -2C54 -8 64 -24 64 -44C62 -76 38 -88 16 -80Z',
        shade(color, 0.4),
        faint(0.16),
      ),
      ...[-160, -118, -70, -24, 24].map((turn, index) =>
        at(
          0,
          -78,
          path('M0 0Q14 -8 36 2Q18 8 0 4Z', index % 2 ? '#5d8f48' : '#76a559'),
          turn + 70 > 90 ? turn - 10 : turn,
        ),
      ),
      stroke('M0 -78Q2 -92 -4 -100', '#5d8f48', 5),
      path(
        'M-44 -62C-38 -76 -28 -80 -20 -80C-32 -70 -38 -58 -40 -44Q-48 -50 -44 -62Z',
        '#ffffff',
        faint(0.55),
      ),
    ],
    0,
    size,
  );
}

function bunch(pen: Pen, stems: readonly string[], heads: readonly string[]): string {
  return [
    pen.shadow(92, 4),
    ...stems,
    ...heads,
    path('M-34 -66Q0 -52 34 -66L32 -50Q0 -38 -32 -50Z', pen.round('#c8935b')),
    stroke('M-34 -62Q0 -48 34 -62M-33 -55Q0 -42 33 -55', '#8f6233', 1.4, faint(0.7)),
    path('M18 -56Q40 -66 46 -50Q34 -46 20 -52ZM20 -52Q36 -44 36 -30Q26 -36 18 -50Z', tint('#c8935b', 0.2)),
  ].join('');
}

function spinach(pen: Pen, color: string): string {
  const blade = (length: number, width: number, tone: string): string =>
    [
      stroke('M0 0L46 0', tint(tone, 0.5), 6),
      path(
        `M34 0C30 ${-width * 0.7} 52 ${-width * 1.1} ${length * 0.55} ${-width}C${length * 0.8} ${-width * 0.95} ${length * 0.94} ${-width * 0.4} ${length} 0C${length * 0.94} ${width * 0.4} ${length * 0.8} ${width * 0.95} ${length * 0.55} ${width}C52 ${width * 1.1} 30 ${width * 0.7} 34 0Z`,
        pen.across(
          [
            [0, tint(tone, 0.12)],
            [1, shade(tone, 0.16)],
          ],
          [0, 0, 0, 1],
        ),
      ),
      stroke(`M30 0L${length * 0.9} 0`, tint(tone, 0.5), 3.4),
      stroke(
        [0.42, 0.56, 0.7]
          .map(
            (f) =>
              `M${length * f} 0q14 ${-width * 0.3} 24 ${-width * 0.62}M${length * f} 0q14 ${width * 0.3} 24 ${width * 0.62}`,
          )
          .join(''),
        tint(tone, 0.4),
        1.8,
        faint(0.65),
      ),
    ].join('');
  const stems = [-15, -9, -3, 4, 10, 16].map((turn, index) =>
    at(0, -58, path('M-5 0L-4 56Q0 60 4 56L5 0Z', pen.round(index % 2 ? '#a9c47c' : '#c0d493')), -turn * 1.4),
  );
  const leaves = (
    [
      [-158, 132, 36, 0.2],
      [-22, 132, 36, 0.22],
      [-138, 160, 42, 0.12],
      [-42, 160, 42, 0.14],
      [-116, 178, 42, 0.02],
      [-64, 178, 42, 0.06],
      [-91, 192, 44, 0],
      [-128, 118, 36, -0.14],
      [-54, 118, 36, -0.12],
      [-92, 132, 40, -0.18],
    ] as const
  ).map(([turn, length, width, dark]) =>
    at(0, -60, blade(length, width, dark < 0 ? tint(color, -dark) : shade(color, dark)), turn),
  );
  return bunch(pen, stems, leaves);
}

function coriander(pen: Pen, color: string): string {
  const frill = (tone: string): string =>
    [-64, 0, 64]
      .map((turn) =>
        at(
          0,
          0,
          path(
            'M0 2C-8 -8 -20 -12 -20 -24C-16 -28 -12 -28 -10 -25C-12 -36 -4 -40 0 -34' +
              'C4 -40 12 -36 10 -25C12 -28 16 -28 20 -24C20 -12 8 -8 0 2Z',
            pen.ball(tone),
          ) + stroke('M0 0V-24M0 -10L-9 -20M0 -10L9 -20', tint(tone, 0.45), 1.3, faint(0.7)),
          turn,
        ),
      )
      .join('');
  const spots: readonly (readonly [number, number, number])[] = [
    [-92, -140, 1],
    [92, -142, 1],
    [-64, -178, 1],
    [62, -180, 1.05],
    [-28, -206, 1],
    [24, -208, 1],
    [-104, -108, 0.85],
    [104, -110, 0.85],
    [0, -176, 1.1],
    [-46, -146, 1.1],
    [48, -148, 1.1],
    [-74, -108, 0.95],
    [76, -110, 0.95],
    [-2, -134, 1.1],
    [-30, -108, 0.9],
    [34, -108, 0.9],
  ];
  const stalks = spots.map(([x, y]) =>
    stroke(`M${x * 0.12} -58Q${x * 0.3} ${y * 0.7} ${x} ${y}`, '#8fb36a', 3.2),
  );
  const stems = [-18, -12, -6, 0, 6, 12, 18].map((turn, index) =>
    at(
      0,
      -60,
      path('M-3.5 0L-3 56Q0 59 3 56L3.5 0Z', pen.round(index % 2 ? '#a9c98a' : '#8fb36a')),
      -turn * 1.3,
    ),
  );
  return bunch(
    pen,
    [...stems, ...stalks],
    spots.map(([x, y, size], index) =>
      at(
        x,
        y,
        frill(index % 3 === 0 ? shade(color, 0.1) : index % 3 === 1 ? color : tint(color, 0.14)),
        x * 0.5,
        size,
      ),
    ),
  );
}

function onion(pen: Pen, color: string, x: number, y: number, size: number, turn: number): string {
  const skin =
    'M-4 -112C-6 -96 -14 -88 -30 -82C-76 -64 -76 4 0 4S76 -64 30 -82C14 -88 8 -96 8 -112Q2 -116 -4 -112Z';
  return at(
    x,
    y,
    [
      path(skin, pen.ball(color)),
      pen.inside(skin, [
        stroke(
          'M-4 -100C-40 -74 -60 -30 -24 4M0 -100C-18 -70 -28 -30 -6 4M4 -100C22 -70 30 -30 10 4' +
            'M6 -100C44 -74 62 -30 30 4',
          shade(color, 0.26),
          1.8,
          faint(0.55),
        ),
        stroke('M-14 -92C-54 -60 -58 -30 -40 -6', tint(color, 0.55), 5, faint(0.5)),
      ]),
      stroke('M-10 4q-4 6 -8 8M0 4v9M8 4q4 6 8 8', '#cbb089', 2),
      path('M-6 -106Q-12 -124 -8 -134L0 -122L6 -136Q12 -122 9 -106Z', '#c79a68'),
    ],
    turn,
    size,
  );
}

function potato(pen: Pen, color: string, x: number, y: number, size: number, turn: number): string {
  const skin = 'M-68 -38C-70 -70 -34 -82 0 -80C40 -80 74 -68 72 -36C70 -8 34 2 -4 0C-42 2 -66 -10 -68 -38Z';
  const roll = dice(`${pen.seed}${x}`);
  return at(
    x,
    y,
    [
      path(skin, pen.ball(color)),
      pen.inside(
        skin,
        Array.from({ length: 26 }, () =>
          oval(
            Math.round(roll() * 130 - 65),
            Math.round(-4 - roll() * 72),
            1.2 + roll() * 1.6,
            1,
            shade(color, 0.35),
            faint(0.4),
          ),
        ),
      ),
      ...[
        [-30, -52],
        [22, -38],
        [44, -60],
        [-12, -18],
      ].map(
        ([u = 0, v = 0]) =>
          stroke(`M${u} ${v}q6 4 12 0`, shade(color, 0.4), 2.2, faint(0.6)) +
          stroke(`M${u + 1} ${v + 4}q5 2 9 0`, tint(color, 0.4), 1.6, faint(0.6)),
      ),
    ],
    turn,
    size,
  );
}

function carrots(pen: Pen, color: string): string {
  const root = (turn: number, x: number, tone: string): string =>
    at(
      x,
      -150,
      [
        path('M-25 6C-29 -8 29 -8 25 6C20 70 8 120 0 150C-8 120 -20 70 -25 6Z', pen.round(tone, 1.1)),
        stroke(
          'M-22 22q12 5 18 3M20 36q-10 5 -18 3M-17 58q10 4 15 2M13 78q-8 4 -12 2M-9 100q6 2 9 1',
          shade(tone, 0.28),
          2.2,
          faint(0.55),
        ),
        stroke('M-14 14Q-11 60 -5 100', tint(tone, 0.5), 3.4, faint(0.6)),
        oval(0, 0, 17, 4.5, shade(tone, 0.24)),
      ],
      turn,
    );
  const tops = (
    [
      [-132, 74],
      [-112, 86],
      [-98, 98],
      [-84, 96],
      [-68, 88],
      [-48, 74],
    ] as const
  ).map(([turn, length], index) =>
    at(
      (index - 2.5) * 18,
      -152,
      [
        stroke(`M0 0L${length} 0`, '#7fa657', 4),
        ...Array.from(
          { length: 5 },
          (_, step) =>
            at(
              24 + (step * (length - 24)) / 5,
              0,
              leaf(pen, 24 - step * 2, 6.4, index % 2 ? '#6f9f4f' : '#5b8d45'),
              -48,
            ) + at(24 + (step * (length - 24)) / 5, 0, leaf(pen, 24 - step * 2, 6.4, '#82ae5c'), 48),
        ),
        at(length - 4, 0, leaf(pen, 22, 6.6, '#6f9f4f')),
      ],
      turn,
    ),
  );
  const bunched = [
    ...tops,
    root(7, -40, shade(color, 0.14)),
    root(3, -20, shade(color, 0.05)),
    root(-8, 40, shade(color, 0.08)),
    root(-3, 20, color),
    root(0, 0, tint(color, 0.08)),
    path('M-66 -136Q0 -116 66 -136L64 -124Q0 -104 -64 -124Z', pen.round('#d3b27a')),
  ];
  return pen.shadow(128, 4) + at(-142, -46, bunched, 76, 1.14);
}

export function drawProduce(pen: Pen, { shape, color }: ProduceArt): string {
  switch (shape) {
    case 'banana':
      return banana(pen, color);
    case 'apple':
      return (
        pen.shadow(124, 4) +
        apple(pen, shade(color, 0.06), 2, -52, 0.98, -1) +
        apple(pen, color, -64, 0, 1.02) +
        apple(pen, tint(color, 0.05), 66, 0, 1, -1)
      );
    case 'tomato':
      return (
        pen.shadow(124, 4) +
        tomato(pen, shade(color, 0.06), 4, -64, 0.96) +
        tomato(pen, color, -62, -2, 1.02) +
        tomato(pen, tint(color, 0.05), 66, 0, 0.96)
      );
    case 'spinach':
      return spinach(pen, color);
    case 'coriander':
      return coriander(pen, color);
    case 'onion':
      return (
        pen.shadow(122, 4) +
        onion(pen, shade(color, 0.08), 6, -54, 0.98, 4) +
        onion(pen, color, -64, -4, 1.06, -9) +
        onion(pen, tint(color, 0.06), 68, -4, 1, 12)
      );
    case 'potato':
      return (
        pen.shadow(128, 4) +
        potato(pen, shade(color, 0.08), 6, -66, 1, 6) +
        potato(pen, color, -62, -4, 1.02, -7) +
        potato(pen, tint(color, 0.08), 70, -2, 0.94, 9)
      );
    case 'carrot':
      return carrots(pen, color);
    case 'mangoes':
      return (
        pen.shadow(122, -4) +
        mango(pen, shade(color, 0.05), 38, -4, 1.04, 12) +
        mango(pen, color, -54, -2, 1.02, -12) +
        at(56, 14, prop(pen, 'mango', color), 0, 1.15)
      );
    case 'pomegranate':
      return pomegranate(pen, color);
    case 'tenderCoconut':
      return tenderCoconut(pen, color);
  }
}
