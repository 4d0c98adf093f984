/** Glass and plastic bottles. */
import { emblem } from './emblems.ts';
import type { PackOf } from './packs.ts';
import type { Pen } from './pen.ts';
import { at, disc, faint, oval, path, shade, stroke, tint } from './pen.ts';

/** A printed band that follows a round wall; half widths `a` above and `b` below. */
export const wrap = (a: number, top: number, b: number, foot: number, sag = 8): string =>
  `M${-a} ${top}Q0 ${top + sag * 2} ${a} ${top}L${b} ${foot}Q0 ${foot + sag * 2} ${-b} ${foot}Z`;

const glassForms = {
  litre: {
    outline:
      'M-28 -234V-206C-28 -178 -62 -172 -62 -130V-18Q-62 2 -42 2H42Q62 2 62 -18V-130' +
      'C62 -172 28 -178 28 -206V-234Z',
    milk:
      'M-23 -204C-23 -174 -56 -168 -56 -129V-19Q-56 -4 -41 -4H41Q56 -4 56 -19V-129' +
      'C56 -168 23 -174 23 -204Q0 -198 -23 -204Z',
    neck: 28,
    top: -234,
    body: 62,
    label: -66,
    gleam: 'M-46 -126V-28',
  },
  half: {
    outline:
      'M-27 -186V-166C-27 -142 -56 -138 -56 -104V-18Q-56 2 -38 2H38Q56 2 56 -18V-104' +
      'C56 -138 27 -142 27 -166V-186Z',
    milk:
      'M-22 -162C-22 -138 -50 -134 -50 -103V-19Q-50 -4 -37 -4H37Q50 -4 50 -19V-103' +
      'C50 -134 22 -138 22 -162Q0 -157 -22 -162Z',
    neck: 27,
    top: -186,
    body: 56,
    label: -54,
    gleam: 'M-41 -100V-28',
  },
};

function milkBottle(pen: Pen, art: PackOf<'bottle'>, form: (typeof glassForms)['litre']): string {
  const { neck, top } = form;
  const crimps = Array.from({ length: 9 }, (_, index) => {
    const x = (index - 4) * (neck / 4.4);
    return stroke(`M${x} ${top - 2}V${top + 13}`, shade(art.cap, 0.2), 1.4, faint(0.55));
  });
  return [
    pen.shadow(form.body),
    path(form.outline, '#dfeaea', faint(0.8)),
    path(form.milk, pen.round(art.liquid, 0.8)),
    oval(0, form === glassForms.half ? -161 : -203, 22, 4.6, tint(art.liquid, 0.7)),
    stroke(form.outline, '#a9bfc2', 2.2, faint(0.8)),
    path(
      `M${-neck - 3} ${top + 8}Q0 ${top + 16} ${neck + 3} ${top + 8}V${top + 19}Q0 ${top + 27} ${-neck - 3} ${top + 19}Z`,
      '#cfdedf',
    ),
    path(
      `M${-neck - 5} ${top + 12}L${-neck + 1} ${top - 8}Q0 ${top - 16} ${neck - 1} ${top - 8}L${neck + 5} ${top + 12}Q0 ${top + 21} ${-neck - 5} ${top + 12}Z`,
      pen.round(art.cap),
    ),
    ...crimps,
    oval(0, top - 8, neck - 2, 5.4, tint(art.cap, 0.35)),
    art.label === undefined
      ? ''
      : disc(0, form.label, 41, art.label) +
        disc(0, form.label, 37, 'none', `stroke="${shade(art.label, 0.22)}" stroke-width="1.6"`),
    at(0, form.label, emblem(pen, art.emblem, art.ink ?? art.cap)),
    stroke(form.gleam, '#ffffff', 7, faint(0.85)),
    stroke(`M${form.body - 8} -104V-30`, '#ffffff', 3, faint(0.55)),
    stroke(`M${-neck + 7} ${top + 32}V${top + 40}`, '#ffffff', 5, faint(0.8)),
  ].join('');
}

function slimBottle(pen: Pen, art: PackOf<'bottle'>): string {
  const outline =
    'M-19 -206V-188C-19 -164 -45 -160 -45 -128V-14Q-45 2 -30 2H30Q45 2 45 -14V-128' +
    'C45 -160 19 -164 19 -188V-206Z';
  const label = art.label ?? '#fff8e9';
  const band = wrap(45, -112, 45, -30, 5);
  return [
    pen.shadow(46),
    path(outline, pen.round(art.liquid)),
    path(
      'M-19 -206V-190C-19 -182 -22 -178 -25 -174Q0 -168 25 -174C22 -178 19 -182 19 -190V-206Z',
      '#eef3ef',
      faint(0.75),
    ),
    path(band, pen.round(label, 0.7)),
    path(wrap(45, -112, 45, -105, 5), pen.round(art.cap)),
    path(wrap(45, -37, 45, -30, 5), pen.round(art.cap)),
    at(0, -66, emblem(pen, art.emblem, art.ink ?? art.cap), 0, 0.95),
    stroke(outline, shade(art.liquid, 0.3), 1.6, faint(0.35)),
    path('M-23 -222Q0 -216 23 -222V-196Q0 -189 -23 -196Z', pen.round(art.cap)),
    oval(0, -222, 23, 5.6, tint(art.cap, 0.35)),
    ...[-16, -9, -1, 7, 15].map((x) => stroke(`M${x} -214V-198`, shade(art.cap, 0.25), 1.3, faint(0.5))),
    stroke('M-34 -136C-33 -148 -27 -152 -23 -158', '#ffffff', 5, faint(0.7)),
    stroke('M-35 -96V-46', '#ffffff', 4.5, faint(0.5)),
    stroke('M-35 -18V-12', '#ffffff', 4.5, faint(0.6)),
  ].join('');
}

function oilBottle(pen: Pen, art: PackOf<'bottle'>): string {
  const outline =
    'M-20 -224V-206C-20 -186 -58 -184 -58 -146C-58 -128 -50 -122 -50 -110S-58 -92 -58 -78' +
    'V-16Q-58 2 -42 2H42Q58 2 58 -16V-78C58 -92 50 -98 50 -110S58 -128 58 -146' +
    'C58 -184 20 -186 20 -206V-224Z';
  const band = 'M-58 -80Q0 -66 58 -80V-22Q0 -8 -58 -22Z';
  return [
    pen.shadow(58),
    path(
      outline,
      pen.across([
        [0, shade(art.liquid, 0.16)],
        [0.2, tint(art.liquid, 0.5)],
        [0.55, art.liquid],
        [1, shade(art.liquid, 0.26)],
      ]),
    ),
    path(
      'M-20 -224V-208C-20 -198 -30 -194 -38 -188Q0 -180 38 -188C30 -194 20 -198 20 -208V-224Z',
      '#f7f3df',
      faint(0.7),
    ),
    stroke(
      'M-54 -122Q0 -108 54 -122M-50 -110Q0 -96 50 -110M-54 -98Q0 -84 54 -98',
      shade(art.liquid, 0.3),
      2,
      faint(0.45),
    ),
    path(band, pen.round(art.label ?? '#fff8e9', 0.7)),
    at(0, -44, emblem(pen, art.emblem, art.ink ?? art.cap), 0, 0.78),
    path('M-24 -240Q0 -234 24 -240V-214Q0 -206 -24 -214Z', pen.round(art.cap)),
    oval(0, -240, 24, 5.8, tint(art.cap, 0.35)),
    stroke('M-44 -150C-43 -168 -32 -174 -24 -182', '#ffffff', 6, faint(0.65)),
    stroke('M-46 -66V-32', '#ffffff', 5, faint(0.5)),
    stroke(outline, shade(art.liquid, 0.35), 1.6, faint(0.4)),
  ].join('');
}

export function bottle(pen: Pen, art: PackOf<'bottle'>): string {
  if (art.form === 'slim') return slimBottle(pen, art);
  if (art.form === 'oil') return oilBottle(pen, art);
  return milkBottle(pen, art, glassForms[art.form]);
}
