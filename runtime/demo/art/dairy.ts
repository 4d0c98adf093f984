/** Butter, paneer and cheese unwrapped, and the boards they are served on. */

import type { EggsArt } from './eggs.ts';
import { drawEggs } from './eggs.ts';
import type { Emblem } from './emblems.ts';
import { emblem } from './emblems.ts';
import type { Pen } from './pen.ts';
import { at, box, dice, disc, faint, leaf, oval, path, shade, stroke, tint } from './pen.ts';

export type DairyArt =
  | { shape: 'butter'; color: string; wrap: string; ink: string; emblem: Emblem; herbs?: string }
  | { shape: 'block'; color: string; on: 'leaf' | 'board'; specks?: readonly string[] }
  | { shape: 'wedge'; color: string; rind: string; holes: boolean }
  | { shape: 'wheel'; color: string; rind: string }
  | { shape: 'slices'; color: string }
  | { shape: 'mozzarella'; bowl: string }
  | EggsArt;

type Of<Shape extends DairyArt['shape']> = Extract<DairyArt, { shape: Shape }>;

/** A block in oblique view: front, top and right side; (x, y) is its lower left front corner. */
export function brick(
  pen: Pen,
  [x, y]: readonly [number, number],
  [w, h]: readonly [number, number],
  [dx, dy]: readonly [number, number],
  color: string,
): string {
  const soft = (fill: string): string => `stroke="${fill}" stroke-width="4" stroke-linejoin="round"`;
  const side = shade(color, 0.22);
  const top = tint(color, 0.5);
  return [
    path(`M${x + w} ${y}L${x + w + dx} ${y + dy}V${y + dy - h}L${x + w} ${y - h}Z`, side, soft(side)),
    path(`M${x} ${y - h}L${x + dx} ${y - h + dy}H${x + w + dx}L${x + w} ${y - h}Z`, top, soft(top)),
    path(
      `M${x} ${y}H${x + w}V${y - h}H${x}Z`,
      pen.down(tint(color, 0.1), shade(color, 0.07)),
      soft(shade(color, 0.03)),
    ),
    stroke(`M${x} ${y - h}H${x + w}`, tint(color, 0.85), 2, faint(0.8)),
  ].join('');
}

/** A wooden board to serve on; its top runs from y = -12 (front) to -50 (back). */
export function board(pen: Pen, half = 124): string {
  const wood = '#c8935b';
  return [
    pen.shadow(half, 10, 2),
    path(
      `M${-half} -12Q${-half} -2 ${-half + 10} 0H${half - 34}Q${half - 26} 0 ${half - 24} -6L${half} -46V-36L${half - 22} 2H${-half + 10}Z`,
      shade(wood, 0.32),
    ),
    path(
      `M${-half + 6} -12L${-half + 30} -46Q${-half + 34} -52 ${-half + 42} -52H${half - 6}Q${half + 4} -52 ${half} -44L${half - 22} -12Q${half - 26} -6 ${half - 36} -6H${-half + 8}Q${-half} -6 ${-half + 6} -12Z`,
      pen.across([
        [0, tint(wood, 0.25)],
        [0.6, wood],
        [1, shade(wood, 0.1)],
      ]),
    ),
    stroke(
      `M${-half + 30} -18H${half - 60}M${-half + 52} -42H${half - 40}M${-half + 22} -30H-40M30 -30H${half - 24}`,
      shade(wood, 0.28),
      1.6,
      faint(0.4),
    ),
  ].join('');
}

function bananaLeaf(pen: Pen): string {
  return [
    pen.shadow(134, 6, -8),
    path(
      'M-146 -28C-110 -70 60 -82 146 -44C112 -2 -70 14 -146 -28Z',
      pen.across([
        [0, '#8db667'],
        [0.5, '#6f9f52'],
        [1, '#588843'],
      ]),
    ),
    path('M-146 -28C-60 -32 60 -40 146 -44C112 -2 -70 14 -146 -28Z', '#3f6d35', faint(0.22)),
    stroke('M-146 -28C-60 -32 60 -40 146 -44', '#c5d99a', 3.4),
    ...[-110, -82, -54, -26, 2, 30, 58, 86, 112].map((x) =>
      stroke(
        `M${x} ${-34 - x * 0.045}q16 -10 20 -24M${x} ${-32 - x * 0.045}q20 8 26 22`,
        '#a4c47c',
        1.3,
        faint(0.55),
      ),
    ),
  ].join('');
}

function butter(pen: Pen, art: Of<'butter'>): string {
  const cut =
    'M-104 -22V-98L-80 -124H22L28 -118L20 -112L26 -106L16 -98L22 -88L12 -78L20 -66L12 -54' +
    'L20 -42L13 -32L18 -22Z';
  const herbs = art.herbs;
  const slab = (x: number, y: number, turn: number): string =>
    at(x, y, brick(pen, [-13, 0], [15, 66], [22, -22], art.color), turn);
  return [
    board(pen, 138),
    path('M-100 -20H70L104 -44H-60Z', '#5a3d2b', faint(0.2)),
    brick(pen, [-102, -22], [150, 76], [26, -26], art.color),
    herbs === undefined
      ? ''
      : speckle(pen.seed, [herbs, shade(herbs, 0.3), tint(herbs, 0.3)], [22, -94, 24, 70], 16) +
        speckle(`${pen.seed}t`, [herbs], [34, -122, 34, 20], 8),
    pen.inside(cut, [
      box(-110, -100, 140, 84, 0, pen.down(art.wrap, shade(art.wrap, 0.1))),
      path('M-110 -98L-80 -126H40V-98Z', tint(art.wrap, 0.45)),
      path('M-110 -50H40V-38H-110ZM-110 -34H40V-30H-110Z', art.ink, faint(0.85)),
      stroke('M-104 -98H26', '#ffffff', 2, faint(0.7)),
      stroke('M8 -96L0 -80M14 -64L4 -52M-98 -92L-88 -78', shade(art.wrap, 0.25), 1.6, faint(0.5)),
    ]),
    path(
      'M22 -124L28 -118L20 -112L26 -106L16 -98L22 -88L12 -78L20 -66L12 -54L20 -42L13 -32' +
        'L18 -22L28 -30L26 -44L30 -60L24 -76L32 -92L28 -104L38 -116Z',
      tint(art.wrap, 0.6),
    ),
    at(-50, -64, [disc(0, 0, 27, '#fffaf0'), at(0, 0, emblem(pen, art.emblem, art.ink), 0, 0.66)]),
    slab(84, -20, 7),
    herbs === undefined
      ? ''
      : at(82, -28, speckle(`${pen.seed}s`, [herbs, shade(herbs, 0.3)], [-9, -54, 10, 50], 7), 7),
  ].join('');
}

/** Small flecks of herb or spice over the box (x, y, w, h). */
function speckle(
  seed: string,
  colors: readonly string[],
  [x, y, w, h]: readonly [number, number, number, number],
  count: number,
): string {
  const roll = dice(seed);
  return Array.from({ length: count }, (_, index) =>
    at(
      Math.round(x + roll() * w),
      Math.round(y + roll() * h),
      oval(0, 0, 2.6, 1.5, colors[index % colors.length] ?? '#6f9a4f'),
      Math.round(roll() * 180),
    ),
  ).join('');
}

function block(pen: Pen, art: Of<'block'>): string {
  const flecks = (box4: readonly [number, number, number, number], count: number, part: string): string =>
    art.specks === undefined ? '' : speckle(pen.seed + part, art.specks, box4, count);
  const dents = dice(pen.seed);
  const pores = (x: number, y: number, w: number, h: number, count: number): string =>
    Array.from({ length: count }, () =>
      oval(
        Math.round(x + dents() * w),
        Math.round(y + dents() * h),
        1.6 + dents() * 2.4,
        1.1,
        shade(art.color, 0.14),
        faint(0.6),
      ),
    ).join('');
  const cube = (x: number, y: number, size: number): string =>
    path(`M${x - 2} ${y + 2}H${x + size}L${x + size + 24} ${y - 10}H${x + 8}Z`, '#3c3a26', faint(0.22)) +
    brick(pen, [x, y], [size, size], [13, -11], art.color) +
    pores(x + 5, y - size + 6, size - 10, size - 12, 4) +
    flecks([x + 3, y - size + 4, size - 6, size - 8], 6, `${x}`);
  return [
    art.on === 'leaf' ? bananaLeaf(pen) : board(pen, 138),
    path('M-94 -26H60L112 -48H-40Z', '#3c3a26', faint(0.26)),
    brick(pen, [-92, -30], [138, 82], [34, -26], art.color),
    pores(-84, -104, 120, 66, 15),
    pores(-66, -132, 116, 14, 6),
    flecks([-86, -106, 124, 72], 30, 'front'),
    flecks([-60, -134, 110, 18], 14, 'top'),
    cube(54, -14, 40),
    cube(10, -2, 36),
    cube(90, -32, 34),
  ].join('');
}

function hole(x: number, y: number, rx: number, ry: number, color: string): string {
  return (
    oval(x, y, rx, ry, shade(color, 0.3)) +
    oval(x + rx * 0.12, y + ry * 0.2, rx * 0.82, ry * 0.74, shade(color, 0.14))
  );
}

function wedge(pen: Pen, art: Of<'wedge'>): string {
  const front = 'M-118 -84Q-120 -88 -114 -90L104 -110V-28L-110 -16Q-118 -16 -118 -24Z';
  const top = 'M-118 -88L30 -164Q86 -154 106 -112L-112 -86Z';
  return [
    board(pen, 138),
    path('M-112 -14L106 -24L128 -40L-40 -40Z', '#5a3d2b', faint(0.24)),
    path(
      top,
      pen.across([
        [0, tint(art.color, 0.6)],
        [1, tint(art.color, 0.25)],
      ]),
    ),
    path(
      front,
      pen.across([
        [0, tint(art.color, 0.12)],
        [1, shade(art.color, 0.1)],
      ]),
    ),
    stroke('M-114 -89L104 -110', tint(art.color, 0.8), 2.4, faint(0.9)),
    path(
      'M30 -164Q92 -156 112 -113V-30L103 -27V-109Q82 -146 24 -161Z',
      pen.down(tint(art.rind, 0.1), shade(art.rind, 0.16)),
    ),
    ...(art.holes
      ? [
          hole(-58, -58, 15, 13, art.color),
          hole(-4, -78, 10, 8, art.color),
          hole(40, -54, 19, 16, art.color),
          hole(80, -86, 9, 8, art.color),
          hole(-22, -34, 8, 7, art.color),
          hole(84, -40, 7, 6, art.color),
          hole(-90, -74, 5, 5, art.color),
          hole(34, -132, 15, 6, art.color),
          hole(-20, -114, 11, 4.4, art.color),
          hole(58, -118, 8, 3.4, art.color),
        ]
      : [
          stroke(
            'M-80 -60l24 -6M-20 -44l34 -6M40 -78l26 -2M-30 -76l14 -2M60 -48l22 -4',
            shade(art.color, 0.16),
            2,
            faint(0.6),
          ),
          stroke('M-10 -120l26 -10M30 -124l24 -6', shade(art.color, 0.12), 2, faint(0.5)),
        ]),
    at(-70, -6, brick(pen, [0, 0], [18, 14], [7, -6], art.color)),
    at(-36, 0, brick(pen, [0, 0], [13, 11], [6, -5], art.color)),
  ].join('');
}

function wheel(pen: Pen, art: Of<'wheel'>): string {
  const left = 'M0 -112L-38 -72V-6L0 -44Z';
  const right = 'M0 -112L98 -92V-24L0 -44Z';
  return [
    board(pen, 138),
    path('M-116 -112V-54C-116 -24 -60 -6 0 -6S116 -24 116 -54V-112Z', pen.round(art.rind)),
    oval(0, -112, 116, 44, tint(art.rind, 0.24)),
    oval(0, -113, 103, 37, 'none', `stroke="${tint(art.rind, 0.5)}" stroke-width="2" opacity="0.6"`),
    path('M0 -112L-42 -70C10 -62 74 -70 102 -90Z', tint(art.color, 0.1)),
    path('M-42 -71V-6Q40 2 102 -26V-91Q60 -64 -42 -71Z', '#c8935b'),
    path('M-38 -8L0 -44L98 -24Q60 -4 -38 -8Z', '#a87445'),
    path(
      left,
      pen.across([
        [0, shade(art.color, 0.04)],
        [1, shade(art.color, 0.22)],
      ]),
    ),
    path(
      right,
      pen.across([
        [0, tint(art.color, 0.3)],
        [1, art.color],
      ]),
    ),
    path('M-38 -72L-46 -70V-6L-38 -8ZM98 -92L106 -95V-28L98 -24Z', shade(art.rind, 0.08)),
    hole(30, -82, 6, 5, art.color),
    hole(66, -58, 8, 6, art.color),
    hole(48, -44, 4, 3.4, art.color),
    hole(18, -60, 4, 4, art.color),
    hole(-22, -56, 4, 5, art.color),
    at(0, 6, [
      path('M-96 -20L-34 -46Q-8 -40 0 -24L-92 -8Z', tint(art.color, 0.45)),
      path('M-96 -20L0 -24V-2L-92 0Q-98 -2 -96 -20Z', pen.down(art.color, shade(art.color, 0.1))),
      path('M-34 -46Q-4 -42 6 -25V-3L-1 -2V-23Q-10 -38 -38 -44Z', art.rind),
      hole(-50, -11, 5, 4, art.color),
    ]),
    stroke('M-94 -104V-62', '#ffffff', 6, faint(0.35)),
  ].join('');
}

function slices(pen: Pen, art: Of<'slices'>): string {
  const layer = (index: number): string => {
    const x = [0, 5, -4, 3, -2, 6, 0][index] ?? 0;
    return at(x, -30 - index * 10.5, [
      path('M-112 -14L12 22L112 -22V-12L12 32L-112 -4Z', shade(art.color, 0.2)),
      path('M12 22L112 -22V-12L12 32Z', shade(art.color, 0.3)),
      path(
        'M-112 -14Q-6 -58 -8 -57L112 -22L12 22Z',
        index === 6
          ? pen.across([
              [0, tint(art.color, 0.5)],
              [1, art.color],
            ])
          : art.color,
        `stroke="${tint(art.color, 0.3)}" stroke-width="1.5" stroke-linejoin="round"`,
      ),
    ]);
  };
  return [
    board(pen, 140),
    oval(8, -20, 112, 26, '#5a3d2b', faint(0.22)),
    ...Array.from({ length: 7 }, (_, index) => layer(index)),
    path(
      'M56 -88L112 -113C108 -134 90 -138 64 -128C72 -116 68 -100 56 -88Z',
      pen.across(
        [
          [0, tint(art.color, 0.7)],
          [1, art.color],
        ],
        [0, 1, 1, 0],
      ),
    ),
    path('M56 -88C70 -100 74 -114 64 -128C86 -118 82 -100 56 -88Z', shade(art.color, 0.22), faint(0.7)),
    stroke('M-84 -108L-16 -138', '#ffffff', 3, faint(0.6)),
  ].join('');
}

function mozzarella(pen: Pen, art: Of<'mozzarella'>): string {
  const white = '#fbf5e6';
  return [
    pen.shadow(104),
    path('M-122 -72C-118 -20 -62 0 0 0S118 -20 122 -72Z', pen.round(art.bowl)),
    oval(0, -72, 122, 30, tint(art.bowl, 0.35)),
    oval(0, -71, 112, 25, shade(art.bowl, 0.14)),
    oval(0, -66, 100, 19, '#e9efe2'),
    pen.inside('M-112 -71A112 25 0 0 0 112 -71V-220H-112Z', [
      disc(-50, -88, 46, pen.ball(white)),
      disc(46, -84, 44, pen.ball(white)),
      disc(0, -116, 46, pen.ball(white)),
      disc(4, -70, 34, pen.ball(white)),
      stroke('M-74 -108Q-66 -122 -52 -124M-24 -140Q-12 -152 4 -150', '#ffffff', 6, faint(0.9)),
    ]),
    at(36, -134, leaf(pen, 54, 19, '#5b964e'), -24),
    at(36, -132, leaf(pen, 44, 16, '#4a8445'), -82),
    at(34, -130, leaf(pen, 36, 13, '#6ba258'), 22),
    stroke('M-104 -52C-94 -28 -74 -18 -56 -12', '#ffffff', 6, faint(0.45)),
    stroke('M-122 -72A122 30 0 0 0 122 -72', tint(art.bowl, 0.6), 2.4, faint(0.8)),
  ].join('');
}

export function drawDairy(pen: Pen, art: DairyArt): string {
  switch (art.shape) {
    case 'butter':
      return butter(pen, art);
    case 'block':
      return block(pen, art);
    case 'wedge':
      return wedge(pen, art);
    case 'wheel':
      return wheel(pen, art);
    case 'slices':
      return slices(pen, art);
    case 'mozzarella':
      return mozzarella(pen, art);
    case 'eggs':
      return drawEggs(pen, art);
  }
}
