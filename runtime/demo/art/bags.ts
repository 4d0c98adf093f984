/** Pouches, cartons, boxes, packets and sacks. */
import { emblem } from './emblems.ts';
import type { PackOf } from './packs.ts';
import type { Pen } from './pen.ts';
import { at, box, disc, faint, grains, mix, oval, path, shade, stroke, tint } from './pen.ts';

export function pouch(pen: Pen, art: PackOf<'pouch'>): string {
  const outline =
    'M-70 -214Q0 -208 70 -214C68 -200 74 -186 79 -160C86 -116 84 -60 74 -26' +
    'C71 -16 72 -8 74 0Q0 8 -74 0C-72 -8 -71 -16 -74 -26C-84 -60 -86 -116 -79 -160' +
    'C-74 -186 -68 -200 -70 -214Z';
  const seal = (y: number, bend: number): string =>
    Array.from({ length: 24 }, (_, index) => {
      const x = -68 + index * 5.9;
      const dip = bend * (1 - (x / 70) ** 2);
      return stroke(`M${x} ${y + dip}V${y + dip + 9}`, shade(art.main, 0.3), 1.1, faint(0.4));
    }).join('');
  const body = pen.inside(outline, [
    box(-100, -230, 200, 250, 0, pen.round('#fdfaf1', 0.75)),
    path('M-100 -230H100V-172C50 -150 -30 -192 -100 -164Z', pen.round(art.main)),
    path('M-100 -164C-30 -192 50 -150 100 -172V-163C50 -141 -30 -183 -100 -155Z', pen.round(art.accent)),
    path('M-100 -38C-50 -68 10 -22 100 -56V30H-100Z', pen.round(art.main)),
    path('M-100 -46C-50 -76 10 -30 100 -64V-56C10 -22 -50 -68 -100 -38Z', pen.round(art.accent)),
    path('M64 -210C50 -150 78 -80 60 6H100V-210Z', shade(art.main, 0.6), faint(0.13)),
    path('M-68 -196C-78 -150 -80 -70 -66 -18C-70 -70 -66 -140 -56 -190Z', '#ffffff', faint(0.6)),
    stroke(
      'M-44 -204Q-48 -190 -46 -180M-12 -203Q-13 -194 -11 -188M30 -203Q33 -192 31 -184' +
        'M-36 -10Q-40 -20 -37 -28M14 -8Q12 -16 14 -22M48 -10Q52 -20 49 -26',
      '#ffffff',
      2.4,
      faint(0.3),
    ),
  ]);
  return [
    pen.shadow(82),
    body,
    seal(-211, 3),
    seal(-6, 4),
    disc(0, -110, 46, '#fffaf0'),
    disc(0, -110, 42, 'none', `stroke="${art.accent}" stroke-width="2"`),
    at(0, -110, emblem(pen, art.emblem, art.ink ?? art.main), 0, 1.05),
  ].join('');
}

export function carton(pen: Pen, art: PackOf<'carton'>): string {
  const gable = art.form === 'gable';
  const top = gable ? -160 : -186;
  const front = `M-72 ${top}L32 ${top + 8}V8L-72 -4Z`;
  const side = `M32 ${top + 8}L74 ${top - 8}V-12L32 8Z`;
  const cap = (x: number, y: number): string =>
    box(x - 16, y - 16, 32, 17, 3, pen.round(art.cap)) +
    oval(x, y - 16, 16, 5, tint(art.cap, 0.35)) +
    [-9, -3, 3, 9]
      .map((rib) => stroke(`M${x + rib} ${y - 9}V${y - 2}`, shade(art.cap, 0.3), 1.3, faint(0.5)))
      .join('');
  const roof = gable
    ? [
        path(`M-72 ${top}L-58 -206L42 -202L32 ${top + 8}Z`, pen.down(tint(art.main, 0.2), art.main)),
        path(`M32 ${top + 8}L42 -202L74 ${top - 8}Z`, shade(art.main, 0.28)),
        path('M-58 -206L42 -202V-226L-58 -230Z', tint(art.paper, 0.5)),
        stroke('M-58 -206L42 -202', shade(art.main, 0.35), 1.6, faint(0.6)),
        cap(-14, -176),
      ]
    : [
        path(`M-72 ${top}L-30 ${top - 16}L74 ${top - 8}L32 ${top + 8}Z`, tint(art.main, 0.42)),
        cap(10, top - 2),
      ];
  return [
    pen.shadow(76),
    path(front, pen.down(tint(art.paper, 0.4), art.paper)),
    path(side, shade(art.paper, 0.16)),
    pen.inside(front, [
      path('M-80 -46C-40 -76 -6 -24 40 -50V14H-80Z', art.main),
      path('M-80 -56C-40 -86 -6 -34 40 -60V-51C-6 -25 -40 -77 -80 -47Z', tint(art.main, 0.45)),
      gable
        ? ''
        : path(`M-80 ${top - 4}H40V${top + 30}C0 ${top + 44} -40 ${top + 12} -80 ${top + 28}Z`, art.main),
    ]),
    pen.inside(side, [
      path('M32 -54C46 -62 60 -54 80 -74V20H32Z', shade(art.main, 0.24)),
      gable
        ? ''
        : path(
            `M30 ${top - 20}H80V${top + 18}C60 ${top + 30} 46 ${top + 24} 30 ${top + 38}Z`,
            shade(art.main, 0.24),
          ),
    ]),
    at(-20, -100, [
      `<g transform="skewY(5)">`,
      disc(0, 0, 40, '#fffaf0'),
      disc(0, 0, 36, 'none', `stroke="${art.main}" stroke-width="1.8"`),
      at(0, 0, emblem(pen, art.emblem, art.ink ?? art.main), 0, 0.94),
      '</g>',
    ]),
    ...roof,
    stroke(`M32 ${top + 10}V6`, '#ffffff', 1.8, faint(0.6)),
    stroke(`M-64 ${top + 12}V-14`, '#ffffff', 4, faint(0.4)),
  ].join('');
}

export function cerealBox(pen: Pen, art: PackOf<'cerealBox'>): string {
  const front = 'M-86 -214L46 -206V8L-86 -4Z';
  const side = 'M46 -206L82 -222V-12L46 8Z';
  return [
    pen.shadow(84),
    path(front, pen.down(tint(art.main, 0.14), art.main)),
    path(side, shade(art.main, 0.3)),
    path('M-86 -214L-50 -228L82 -222L46 -206Z', tint(art.main, 0.45)),
    pen.inside(front, [
      disc(-20, -92, 76, tint(art.accent, 0.35)),
      disc(-20, -92, 62, tint(art.accent, 0.62)),
      ...Array.from({ length: 16 }, (_, index) =>
        at(-20, -92, path('M-5 -66L0 -82L5 -66Z', tint(art.accent, 0.35)), index * 22.5),
      ),
      path('M-90 -40C-50 -20 0 -50 50 -26V14H-90Z', shade(art.main, 0.16)),
      path('M-90 -190L50 -182V-168L-90 -176Z', art.accent, faint(0.9)),
    ]),
    `<g transform="translate(-20 -88) skewY(4) scale(1.6)">${emblem(pen, art.emblem, art.ink ?? mix(art.main, '#ffffff', 0.1))}</g>`,
    path('M46 -182L82 -197V-183L46 -168Z', shade(art.accent, 0.3)),
    stroke('M46 -204V6', '#ffffff', 1.8, faint(0.5)),
    stroke('M-80 -204V-12', '#ffffff', 3, faint(0.35)),
  ].join('');
}

export function packet(pen: Pen, art: PackOf<'packet'>): string {
  const outline = 'M-74 -214H74C70 -160 74 -70 82 -10Q0 18 -82 -10C-74 -70 -70 -160 -74 -214Z';
  const view = 'M-46 -78Q0 -92 46 -78Q56 -46 50 -26Q0 -12 -50 -26Q-56 -46 -46 -78Z';
  return [
    pen.shadow(82),
    path(outline, pen.round(art.main)),
    pen.inside(outline, [
      path('M-100 -214H100V-196H-100Z', shade(art.main, 0.22), faint(0.6)),
      path('M-100 -100C-40 -116 40 -84 100 -104V30H-100Z', pen.round(art.accent)),
      path('M-100 -106C-40 -122 40 -90 100 -110V-103C40 -83 -40 -115 -100 -99Z', tint(art.accent, 0.55)),
      path('M56 -196C46 -120 72 -60 62 20H100V-196Z', '#4a2f22', faint(0.12)),
      path('M-66 -192C-68 -130 -74 -60 -74 -16C-64 -60 -60 -130 -54 -192Z', '#ffffff', faint(0.35)),
    ]),
    ...[-208, -203].map((y) => stroke(`M-73 ${y}H73`, tint(art.main, 0.4), 1.2, faint(0.5))),
    path('M-74 -214l5 6v6l-5 -2ZM74 -214l-5 6v6l5 -2Z', shade(art.main, 0.4), faint(0.6)),
    disc(0, -146, 39, '#fffaf0'),
    at(0, -146, emblem(pen, art.emblem, art.ink ?? art.main), 0, 0.94),
    path(view, shade(art.grain, 0.15)),
    pen.inside(view, [grains(pen.seed, art.shows, art.grain, [-58, -94, 116, 78])]),
    stroke(view, tint(art.accent, 0.6), 3),
    path('M-42 -74Q-10 -84 4 -82L-30 -24Q-44 -24 -46 -28Q-50 -50 -42 -74Z', '#ffffff', faint(0.18)),
  ].join('');
}

export function sack(pen: Pen, art: PackOf<'sack'>): string {
  const outline = 'M-76 -182C-84 -140 -92 -70 -86 -8Q0 14 86 -8C92 -70 84 -140 76 -182Z';
  return [
    pen.shadow(90),
    path(outline, pen.round(art.paper)),
    pen.inside(outline, [
      path('M-100 -44Q0 -22 100 -44V20H-100Z', pen.round(art.accent)),
      path('M-100 -54Q0 -32 100 -54V-49Q0 -27 -100 -49Z', art.accent),
      path('M58 -190C70 -120 52 -60 74 20H110V-190Z', '#4a2f22', faint(0.12)),
      stroke(
        'M-70 -170C-62 -140 -74 -110 -72 -80M66 -164C54 -140 62 -112 60 -92',
        shade(art.paper, 0.25),
        2.4,
        faint(0.45),
      ),
    ]),
    path('M-82 -214Q0 -204 82 -214L84 -176Q0 -164 -84 -176Z', pen.round(shade(art.paper, 0.06))),
    path('M-84 -176Q0 -164 84 -176L83 -168Q0 -156 -83 -168Z', '#4a2f22', faint(0.18)),
    stroke('M-80 -195Q0 -184 80 -195', '#fffaf0', 2.6, 'stroke-dasharray="7 6" opacity="0.9"'),
    disc(0, -104, 50, tint(art.paper, 0.7)),
    disc(0, -104, 45, 'none', `stroke="${art.accent}" stroke-width="2.2"`),
    at(0, -104, emblem(pen, art.emblem, art.ink ?? art.accent), 0, 1.14),
    stroke('M-72 -150C-78 -110 -80 -70 -77 -60', '#ffffff', 5, faint(0.4)),
  ].join('');
}
