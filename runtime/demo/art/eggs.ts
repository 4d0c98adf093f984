/** Eggs in a carton, on a tray or in a nest. */

import type { Pen } from './pen.ts';
import { at, box, dice, faint, oval, path, shade, stroke, tint } from './pen.ts';

export type EggsArt = {
  shape: 'eggs';
  holder: 'carton' | 'tray' | 'nest';
  count: number;
  color: string;
  holderColor: string;
  speckled?: boolean;
};

const shell = 'M0 -30C14 -30 22 -8 22 5C22 19 13 27 0 27S-22 19 -22 5C-22 -8 -14 -30 0 -30Z';

function egg(pen: Pen, art: EggsArt, name: string, lean = 0): string {
  const roll = dice(pen.seed + name);
  const spots =
    art.speckled === true
      ? pen.inside(
          shell,
          Array.from({ length: 15 }, () =>
            oval(
              Math.round(roll() * 40 - 20),
              Math.round(roll() * 52 - 27),
              1 + roll() * 3.6,
              1 + roll() * 2.4,
              roll() > 0.5 ? '#6f5440' : '#8d6f55',
            ),
          ),
        )
      : '';
  const hue = name.endsWith('1')
    ? shade(art.color, 0.06)
    : name.endsWith('2')
      ? tint(art.color, 0.16)
      : art.color;
  return at(
    0,
    0,
    [
      at(0, -1, path(shell, '#6b4a35', faint(0.16)), 0, 1.1),
      path(shell, pen.ball(hue)),
      spots,
      oval(-8, -12, 4.4, 7.4, '#ffffff', 'opacity="0.5" transform="rotate(18)"'),
    ],
    lean,
  );
}

function eggCarton(pen: Pen, art: EggsArt): string {
  const across = Math.ceil(art.count / 2);
  const size = across > 4 ? 0.78 : 1.04;
  const step = across > 4 ? 250 / across : 76;
  const half = (across * step) / 2 + 8;
  const pulp = art.holderColor;
  const row = (y: number, shift: number, label: string): string =>
    Array.from({ length: across }, (_, index) =>
      at((index - (across - 1) / 2) * step + shift, y, egg(pen, art, `${label}${index % 3}`), 0, size),
    ).join('');
  const cups = Array.from({ length: across }, (_, index) => {
    const x = (index - (across - 1) / 2) * step;
    const w = step / 2;
    return (
      path(`M${x - w} -52Q${x} -26 ${x + w} -52L${x + w - 6} -6Q${x} 6 ${x - w + 6} -6Z`, pen.round(pulp)) +
      stroke(`M${x - w} -52Q${x} -26 ${x + w} -52`, tint(pulp, 0.45), 3)
    );
  }).join('');
  return [
    pen.shadow(half + 4),
    path(
      `M${-half + 10} -84L${-half + 18} -178Q${-half + 20} -188 ${-half + 30} -188H${half - 18}Q${half - 8} -188 ${half - 6} -178L${half + 2} -84Z`,
      pen.down(tint(pulp, 0.2), shade(pulp, 0.14)),
    ),
    path(
      `M${-half + 30} -172Q${-half + 32} -178 ${-half + 40} -178H${half - 28}Q${half - 20} -178 ${half - 18} -172L${half - 12} -100H${-half + 24}Z`,
      shade(pulp, 0.18),
      faint(0.5),
    ),
    path(`M${-half} -56L${-half + 16} -92H${half + 4}L${half} -56Z`, shade(pulp, 0.3)),
    row(-96, across > 4 ? 10 : 16, 'b'),
    path(`M${-half + 6} -66Q0 -58 ${half + 2} -66L${half} -46H${-half}Z`, shade(pulp, 0.2)),
    row(-58, 0, 'f'),
    path(
      `M${-half} -52L${-half + 8} -4Q0 4 ${half - 8} -4L${half} -52Q0 -36 ${-half} -52Z`,
      shade(pulp, 0.12),
    ),
    cups,
  ].join('');
}

function eggTray(pen: Pen, art: EggsArt): string {
  const pulp = art.holderColor;
  const rows = Array.from({ length: 5 }, (_, row) => {
    const spread = 0.78 + row * 0.07;
    const y = -104 + row * 22;
    const eggs = Array.from({ length: 6 }, (_egg, index) =>
      at((index - 2.5) * 47 * spread, y, egg(pen, art, `t${row}${(index + row) % 3}`), 0, 0.86 * spread),
    ).join('');
    const dip = Array.from(
      { length: 6 },
      (_cup, index) => `Q${(index - 2.5) * 47 * spread} ${y + 27} ${(index - 2) * 47 * spread} ${y + 11}`,
    ).join('');
    const wall = `M${-47 * 3 * spread} ${y + 11}${dip}V${y + 34}H${-47 * 3 * spread}Z`;
    return (
      eggs +
      path(
        wall,
        row === 4 ? pen.down(tint(pulp, 0.14), shade(pulp, 0.12)) : shade(pulp, 0.06 + (4 - row) * 0.03),
      ) +
      stroke(`M${-47 * 3 * spread} ${y + 11}${dip}`, tint(pulp, 0.4), 2.6)
    );
  });
  return [
    pen.shadow(156),
    path('M-114 -112H114L156 0Q0 12 -156 0Z', shade(pulp, 0.24)),
    ...rows,
    path('M-150 14Q0 22 150 14L144 22Q0 30 -144 22Z', shade(pulp, 0.25)),
  ].join('');
}

function eggNest(pen: Pen, art: EggsArt): string {
  const roll = dice(pen.seed);
  const straw = (y: number, count: number, spread: number): string =>
    Array.from({ length: count }, () => {
      const x = roll() * spread * 2 - spread;
      const d = `M${Math.round(x - 26 + roll() * 10)} ${Math.round(y + roll() * 20 - 8)}q${Math.round(24 + roll() * 10)} ${Math.round(roll() * 22 - 14)} ${Math.round(44 + roll() * 18)} ${Math.round(roll() * 14 - 7)}`;
      return stroke(
        d,
        ['#e3c277', '#cfa557', '#f0d999', '#b98d44'][Math.floor(roll() * 4)] ?? '#e3c277',
        2.6,
      );
    }).join('');
  const weave = Array.from({ length: 4 }, (_, row) =>
    Array.from({ length: 12 - row }, (_cell, index) => {
      const w = 19.5 - row * 0.6;
      const x = (index - (11 - row) / 2) * w;
      return box(
        x - w / 2 + 1,
        -62 + row * 15 + (1 - (x / 120) ** 2) * 9,
        w - 2,
        13,
        5,
        (index + row) % 2 ? '#bd8a52' : '#d4a56b',
      );
    }).join(''),
  ).join('');
  const spots: readonly (readonly [number, number, number])[] =
    art.count > 8
      ? [
          [-66, -88, -16],
          [-32, -104, 8],
          [4, -110, -6],
          [40, -102, 12],
          [70, -86, 22],
          [-48, -80, 24],
          [-10, -84, -10],
          [26, -82, 14],
          [54, -74, -8],
        ]
      : [
          [-58, -92, -18],
          [-4, -108, 4],
          [54, -92, 18],
          [-30, -80, 10],
          [28, -80, -10],
        ];
  const size = art.count > 8 ? 0.82 : 1.14;
  return [
    pen.shadow(108),
    path('M-120 -62C-116 -18 -84 0 0 0S116 -18 120 -62Z', '#8f6233'),
    oval(0, -64, 122, 26, '#a97742'),
    oval(0, -64, 110, 20, '#7a5229'),
    straw(-72, 26, 74),
    ...spots.map(([x, y, turn], index) => at(x, y, egg(pen, art, `n${index % 3}`, turn), 0, size)),
    straw(-56, 20, 76),
    pen.inside('M-124 -60Q0 -26 124 -60C116 -14 84 2 0 2S-116 -14 -124 -60Z', [weave]),
    stroke('M-121 -62Q0 -28 121 -62', '#e2b97f', 8),
    stroke('M-121 -62Q0 -28 121 -62', '#a97742', 2, 'stroke-dasharray="9 7" opacity="0.7"'),
  ].join('');
}

export function drawEggs(pen: Pen, art: EggsArt): string {
  return { carton: eggCarton, tray: eggTray, nest: eggNest }[art.holder](pen, art);
}
